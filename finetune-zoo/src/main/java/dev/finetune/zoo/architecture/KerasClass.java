package dev.finetune.zoo.architecture;

/**
 * What a layer is in Keras.
 *
 * @param block the small sequential model that it is a part of; empty if it is none's
 * @param name of its class, as files have it: {@code conv2d}
 */
public record KerasClass(String block, String name) {}
