/** Readers of weight files: Keras HDF5 and safetensors, checked by name and shape. */
@NullMarked
package dev.finetune.zoo.weights;

import org.jspecify.annotations.NullMarked;
