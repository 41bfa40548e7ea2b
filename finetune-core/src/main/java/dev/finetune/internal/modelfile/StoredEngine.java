package dev.finetune.internal.modelfile;

/**
 * The engine that computed a model.
 *
 * @param name the name of the engine
 * @param winograd whether the engine was allowed to use Winograd's algorithm for 3 x 3 convolutions
 */
public record StoredEngine(String name, boolean winograd) {}
