package dev.finetune.zoo.architecture;

import dev.finetune.annotation.Experimental;
import dev.finetune.zoo.download.WeightFile;

/**
 * A file of published ImageNet weights.
 *
 * @param dialect the definition of the network that the weights fit
 * @param withTop whether the file contains the classifier
 * @param file the address and hash of the file
 */
@Experimental
public record WeightSource(Dialect dialect, boolean withTop, WeightFile file) {}
