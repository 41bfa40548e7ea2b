/** The safetensors format: named tensors in a file that any language reads. */
@NullMarked
package dev.finetune.weights.safetensors;

import org.jspecify.annotations.NullMarked;
