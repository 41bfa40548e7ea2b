/**
 * Readers of weight files: Keras HDF5 of every version and {@code .keras}, safetensors and
 * PyTorch's {@code .pth}. Files give tensors under names; the names' maps come with the
 * architecture; every tensor is checked by name and shape.
 */
@NullMarked
package dev.finetune.zoo.weights;

import org.jspecify.annotations.NullMarked;
