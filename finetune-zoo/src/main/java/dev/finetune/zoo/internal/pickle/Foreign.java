package dev.finetune.zoo.internal.pickle;

/**
 * An object whose class or function this library does not know. Its content is passed over.
 *
 * @param name the module and the name of the class or function
 */
public record Foreign(String name) {}
