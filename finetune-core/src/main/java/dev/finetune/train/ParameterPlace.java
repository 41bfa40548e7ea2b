package dev.finetune.train;

import dev.finetune.annotation.Experimental;
import dev.finetune.graph.layer.ParameterSpec;

/**
 * The position of a parameter in a network.
 *
 * @param layer the name of its layer
 * @param spec its role and shape
 * @param stage the index of the backbone's stage that has the layer, from 0; {@code stages} for
 *     layers after the last stage, such as the head
 * @param stages the number of stages of the backbone; 0 if it has none
 */
@Experimental
public record ParameterPlace(String layer, ParameterSpec spec, int stage, int stages) {}
