package dev.finetune.zoo.architecture;

import dev.finetune.annotation.Experimental;

/**
 * The class of a layer in Keras.
 *
 * @param block an identifier of the sequential model that contains the layer in Keras; empty if
 *     there is none
 * @param name the class name as in weight files, such as {@code conv2d}
 */
@Experimental
public record KerasClass(String block, String name) {}
