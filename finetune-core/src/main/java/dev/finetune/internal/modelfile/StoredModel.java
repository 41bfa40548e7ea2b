package dev.finetune.internal.modelfile;

import dev.finetune.weights.Weights;

/**
 * All that a model file has in it.
 *
 * @param description what is known of the model
 * @param weights the values of all its parameters
 */
public record StoredModel(Description description, Weights weights) {}
