package dev.finetune.train;

import dev.finetune.graph.layer.ParameterSpec;

/**
 * Where a parameter is in a network.
 *
 * @param layer the name of its layer
 * @param spec its role and shape
 * @param stage the number of the backbone's stage that its layer is in, from 0; {@code stages} for
 *     what comes behind the last one, the head
 * @param stages how many stages the backbone has; 0 if it has none
 */
public record ParameterPlace(String layer, ParameterSpec spec, int stage, int stages) {}
