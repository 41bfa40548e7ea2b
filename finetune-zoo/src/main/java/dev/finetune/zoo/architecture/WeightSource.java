package dev.finetune.zoo.architecture;

import dev.finetune.zoo.download.WeightFile;

/**
 * Published ImageNet weights.
 *
 * @param dialect whose definition of the network they fit
 * @param withTop whether the classifier is in the file
 * @param file where it is and how it is verified
 */
public record WeightSource(Dialect dialect, boolean withTop, WeightFile file) {}
