/**
 * The loss that training minimises.
 *
 * <p>A {@link dev.finetune.loss.Loss} compares the outputs of a batch with its {@link
 * dev.finetune.loss.Targets}. It returns the mean loss and computes the gradient from which an
 * engine runs the backward pass; engines see neither losses nor targets. {@link
 * dev.finetune.loss.CrossEntropy} is the default. Classes can also be learned with {@link
 * dev.finetune.loss.Focal}, tags with {@link dev.finetune.loss.BinaryCrossEntropy} or {@code
 * Focal}, and values with {@link dev.finetune.loss.SquaredError} or {@link
 * dev.finetune.loss.Huber}. {@link dev.finetune.loss.Losses} parses their notation.
 *
 * <pre>{@code
 * float[][] gradients = new float[2][3];
 * double loss =
 *     CrossEntropy.crossEntropy()
 *         .smoothing(0.1)
 *         .compute(new float[][] {{2, 0, 1}, {0, 1, 0}}, Targets.classes(0, 1), gradients);
 * }</pre>
 *
 * <p>The package builds on no other package.
 */
@NullMarked
package dev.finetune.loss;

import org.jspecify.annotations.NullMarked;
