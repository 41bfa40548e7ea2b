package dev.finetune.datasets;

import dev.finetune.data.ImageDataset;

/**
 * Two parts of a dataset that share no image.
 *
 * @param train to learn from
 * @param valid to judge by
 */
public record Split(ImageDataset train, ImageDataset valid) {}
