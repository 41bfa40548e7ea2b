/**
 * PyTorch's files: a pickle that describes the tensors, and their values.
 *
 * <p>The package builds on {@link dev.finetune.zoo.internal.pickle}, {@link
 * dev.finetune.zoo.internal.tensors} and {@link dev.finetune.zoo.internal.zip}.
 */
@NullMarked
package dev.finetune.zoo.internal.torch;

import org.jspecify.annotations.NullMarked;
