/**
 * Keras' files of every version: the models, layers and tensors in them, as they are stored.
 *
 * <p>{@link dev.finetune.zoo.internal.keras.KerasFile} opens the formats. Which layer of a network
 * a stored one is, {@code dev.finetune.zoo.weights} decides. The package builds on {@link
 * dev.finetune.zoo.internal.json} and {@link dev.finetune.zoo.internal.zip}.
 */
@NullMarked
package dev.finetune.zoo.internal.keras;

import org.jspecify.annotations.NullMarked;
