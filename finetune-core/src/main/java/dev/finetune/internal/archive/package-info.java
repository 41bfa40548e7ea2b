/**
 * Zips with a checksum for each entry: the container of model files and training states. Not API.
 *
 * <p>The first entry, {@code SHA256SUMS}, lists the SHA-256 of all others. {@link
 * dev.finetune.internal.archive.ArchiveWriter} collects entries and writes them. {@link
 * dev.finetune.internal.archive.ArchiveReader} reads them in order from an {@link
 * dev.finetune.internal.archive.EntryReader} and verifies each hash; {@link
 * dev.finetune.internal.archive.ZipEnd} detects truncated files, and {@link
 * dev.finetune.internal.archive.ArchiveContent} names the file in errors. {@link
 * dev.finetune.internal.archive.NamedWeights} converts weights to named tensors and back.
 *
 * <p>The package builds on {@code weights.safetensors} and {@code internal.files}. {@code
 * internal.modelfile} and {@code internal.training} define which entries a file has.
 */
@NullMarked
package dev.finetune.internal.archive;

import org.jspecify.annotations.NullMarked;
