package dev.finetune.datasets;

import dev.finetune.data.ImageDataset;

/**
 * Two parts of a dataset with no image in common.
 *
 * @param train the images to train on
 * @param valid the images to validate on
 */
public record Split(ImageDataset train, ImageDataset valid) {}
