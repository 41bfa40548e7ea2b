/**
 * Networks that compute graphs with layers of any kind. Not API.
 *
 * <p>{@link dev.finetune.internal.network.Networks} creates a network: {@link
 * dev.finetune.internal.network.Expansion} replaces the composite layers of the graph by basic ones
 * and converts the weights, and the selected {@link dev.finetune.engine.Engine} compiles the
 * result. {@link dev.finetune.internal.network.Network} is a network for inference that several
 * threads can use. A network for training has the layer names and weights of the original graph.
 *
 * <p>The package builds on {@code graph}, {@code weights} and {@code engine}. Models and feature
 * extractors compute with it; {@code internal.training} trains with it.
 */
@NullMarked
package dev.finetune.internal.network;

import org.jspecify.annotations.NullMarked;
