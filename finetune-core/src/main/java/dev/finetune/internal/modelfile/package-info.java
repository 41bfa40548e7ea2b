/**
 * Reading and writing of model files. Not API.
 *
 * <p>A file of format 2, the one that is written, is a zip with the entries {@code SHA256SUMS},
 * {@code model.json} and {@code weights.safetensors}. A file of format 1 is a Deeplearning4j zip
 * with {@code finetune.json}; its weights are read by a {@link
 * dev.finetune.internal.modelfile.FormatOne} service.
 *
 * <p>{@link dev.finetune.internal.modelfile.ModelFiles} is the entry point. It reads and writes a
 * {@link dev.finetune.internal.modelfile.StoredModel}: a {@link
 * dev.finetune.internal.modelfile.Description} and the weights. Behind it, one class per format
 * defines the entries, {@code ModelJson} and {@code GraphJson} convert the description, and {@code
 * StoredWeights} matches tensors with the layers.
 *
 * <p>The package builds on {@code internal.archive} (zips and checksums), {@code internal.json} and
 * {@code internal.files}. {@link dev.finetune.FineTunedModel} saves and loads with it.
 */
@NullMarked
package dev.finetune.internal.modelfile;

import org.jspecify.annotations.NullMarked;
