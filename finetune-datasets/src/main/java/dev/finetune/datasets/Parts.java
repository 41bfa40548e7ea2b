package dev.finetune.datasets;

/**
 * Two parts of a dataset with tags or values, with no image in common.
 *
 * @param <D> the type of the dataset
 * @param train the images to train on
 * @param valid the images to validate on
 */
public record Parts<D>(D train, D valid) {}
