package dev.finetune.zoo.internal.pickle;

/**
 * A class or function that a pickle names. It is not looked up.
 *
 * @param name the module and the name, such as {@code torch.FloatStorage}
 */
public record Global(String name) {}
