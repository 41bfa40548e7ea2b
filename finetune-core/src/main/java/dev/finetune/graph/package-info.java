/**
 * The description of a network: named layers, their order, shapes and parameters. Nothing here
 * holds weights or computes.
 *
 * <ul>
 *   <li>{@link dev.finetune.graph.LayerGraph} is an immutable directed acyclic graph. Its builder
 *       checks names and shapes with each layer that is added.
 *   <li>{@link dev.finetune.graph.Node} is a layer of a graph with its name, inputs, output shape
 *       and parameter tensors.
 *   <li>{@link dev.finetune.graph.Block} adds several layers under one name. Applications implement
 *       it for structures that are not a kind of layer.
 *   <li>{@link dev.finetune.graph.GraphReport} prints the layers as a table or as JSON.
 * </ul>
 *
 * <p>The package builds on {@link dev.finetune.graph.layer}, the kinds of layers. Backbones and
 * heads are graphs; {@code dev.finetune.internal.network} replaces composite layers by basic ones,
 * and a {@link dev.finetune.engine.Engine} creates a network from the result that computes.
 */
@NullMarked
package dev.finetune.graph;

import org.jspecify.annotations.NullMarked;
