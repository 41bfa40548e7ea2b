/**
 * Preparation of images ahead of the network that reads them, on background threads and in bounded
 * memory. Not API.
 *
 * <p>{@link dev.finetune.internal.pipeline.Prefetcher} produces items in order, a bounded number
 * ahead of the consumer. {@link dev.finetune.internal.pipeline.PreparedImages} uses it to load,
 * augment, resize and preprocess the images of a dataset. {@link
 * dev.finetune.internal.pipeline.DecodedImages} keeps decoded images within a bound.
 *
 * <p>The package builds on {@code data} and {@code image}. Images come from an {@link
 * dev.finetune.data.ImageDataset}; the values go to {@code internal.training} and to predictions.
 */
@NullMarked
package dev.finetune.internal.pipeline;

import org.jspecify.annotations.NullMarked;
