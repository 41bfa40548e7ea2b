/**
 * Networks as programs of oneDNN primitives: layouts stay blocked between layers, biases and
 * activations are fused, memory is planned ahead. Not API.
 */
@NullMarked
package dev.finetune.internal.onednn;

import org.jspecify.annotations.NullMarked;
