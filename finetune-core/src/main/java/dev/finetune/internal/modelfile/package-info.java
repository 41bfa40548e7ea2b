/**
 * The saved model: a zip with {@code SHA256SUMS}, {@code model.json} and {@code
 * weights.safetensors}.
 */
@NullMarked
package dev.finetune.internal.modelfile;

import org.jspecify.annotations.NullMarked;
