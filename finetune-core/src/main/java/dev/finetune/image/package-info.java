/**
 * Decoded images and their conversion to network inputs.
 *
 * <p>{@link dev.finetune.image.Pixels} is a decoded RGB image of any size. {@link
 * dev.finetune.image.InputSpec} describes the input of a network: its size and its {@link
 * dev.finetune.image.Preprocessing}, the conversion of pixel values. {@link
 * dev.finetune.image.Bilinear} resizes. An {@link dev.finetune.image.Augmentation} changes an image
 * at random during training; {@link dev.finetune.image.Augmentations} has the built-in ones. {@link
 * dev.finetune.image.Views} are fixed changes over which a classifier averages.
 *
 * <pre>{@code
 * InputSpec input = new InputSpec(224, 224, Preprocessing.TORCH);
 * float[] chw = input.prepare(image);
 * Augmentation changes = Augmentations.affine(10, 0.1, 0.1).then(Augmentations.brightness(0.3));
 * }</pre>
 *
 * <p>The package builds on {@link dev.finetune.graph.layer} for shapes and {@link
 * dev.finetune.weights} for finite checks. It does not read files.
 */
@NullMarked
package dev.finetune.image;

import org.jspecify.annotations.NullMarked;
