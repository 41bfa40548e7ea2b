package dev.finetune.internal.modelfile;

import dev.finetune.weights.Weights;

/**
 * The contents of a model file.
 *
 * @param description everything but the weights
 * @param weights a tensor for each parameter of the graph
 */
public record StoredModel(Description description, Weights weights) {}
