/**
 * Readers of weight files: Keras HDF5 of every version and {@code .keras}, safetensors, and PyTorch
 * {@code .pth}.
 *
 * <p>{@link dev.finetune.zoo.weights.WeightFormat} recognises a file by its content. {@link
 * dev.finetune.zoo.weights.WeightReader} determines the dialect that a file fits and reads the
 * weights of an architecture. The architecture maps tensor names to layers; every tensor is checked
 * by name and shape, and every value must be finite. {@link dev.finetune.zoo.weights.TensorNames}
 * adapts files with other names.
 *
 * <pre>{@code
 * Dialect dialect = WeightReader.dialect(file, architecture);
 * Weights weights =
 *     WeightReader.read(file, architecture, Form.square(224, dialect, Top.NONE));
 * }</pre>
 *
 * <p>PyTorch's pickles are parsed, never executed. The package builds on {@code
 * dev.finetune.zoo.architecture}, {@code dev.finetune.graph} and {@code dev.finetune.weights}.
 */
@NullMarked
package dev.finetune.zoo.weights;

import org.jspecify.annotations.NullMarked;
