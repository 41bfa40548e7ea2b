/**
 * Reads and writes the <a href="https://github.com/huggingface/safetensors">safetensors</a> format:
 * named tensors in a file that many languages can read.
 *
 * <p>{@link dev.finetune.weights.safetensors.SafetensorsWriter} writes tensors as float32. {@link
 * dev.finetune.weights.safetensors.SafetensorsFile} reads files, whole or single tensors; {@link
 * dev.finetune.weights.safetensors.SafetensorsStream} reads a stream from the first byte to the
 * last. Both require that every byte belongs to the header or to one tensor. {@link
 * dev.finetune.weights.safetensors.StoredTensor} is a tensor's entry in the header, and {@link
 * dev.finetune.weights.safetensors.NumberType} decodes its values.
 *
 * <pre>{@code
 * try (OutputStream out = Files.newOutputStream(file)) {
 *   SafetensorsWriter.write(Map.of("conv1.weight", kernel), out);
 * }
 * Tensor kernel = SafetensorsFile.open(file).read().get("conv1.weight");
 * }</pre>
 *
 * <p>The package builds on {@link dev.finetune.weights}.
 */
@NullMarked
package dev.finetune.weights.safetensors;

import org.jspecify.annotations.NullMarked;
