/**
 * What a network is, before any engine runs it: named layers, their order, shapes and parameter
 * counts. The kinds of layers are in {@link dev.finetune.graph.layer}.
 *
 * <p>Plain immutable values. Nothing here computes; {@code dev.finetune.internal.dl4j} turns a
 * {@link dev.finetune.graph.LayerGraph} into a network that does.
 */
@NullMarked
package dev.finetune.graph;

import org.jspecify.annotations.NullMarked;
