/**
 * Files of named tensors, of any format of PyTorch: what they contain without the values, and the
 * values of chosen tensors.
 */
@NullMarked
package dev.finetune.zoo.internal.tensors;

import org.jspecify.annotations.NullMarked;
