package dev.finetune.internal.modelfile;

/**
 * What computed a model.
 *
 * @param name of the engine
 * @param winograd whether 3 x 3 convolutions might use Winograd's algorithm
 */
public record StoredEngine(String name, boolean winograd) {}
