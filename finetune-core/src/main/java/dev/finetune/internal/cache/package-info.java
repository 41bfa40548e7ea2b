/**
 * The feature cache on disk: outputs of frozen stems that later runs reuse. Not API.
 *
 * <p>{@link dev.finetune.internal.cache.FeatureSet} is the entry point: the features of one stem,
 * in one file for each user who stores some ({@code SetFiles}), locked against deletion while it is
 * open. {@link dev.finetune.internal.cache.Hashes} computes the keys of stems and images. Behind
 * them, {@code FeatureFile} stores records, or {@code HeapRecords} keeps them, in the layout of
 * {@code RecordLayout}, with float16 values by {@code HalfFloats}; {@code SetLock} coordinates
 * threads and processes; {@code CacheFolder} deletes old sets.
 *
 * <p>The package builds on {@code graph}, {@code weights} and {@code image} for the keys, and on
 * {@link dev.finetune.train.FeatureCache} for the settings. {@code internal.training} computes
 * missing features and trains from the stored ones.
 */
@NullMarked
package dev.finetune.internal.cache;

import org.jspecify.annotations.NullMarked;
