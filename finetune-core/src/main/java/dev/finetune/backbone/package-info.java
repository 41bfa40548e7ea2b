/**
 * Pretrained networks without their classification layers, as data.
 *
 * <p>A {@link dev.finetune.backbone.Backbone} combines a graph, an input specification and weights.
 * The module finetune-zoo provides well-known ones; {@link dev.finetune.backbone.Backbone#of}
 * creates one from an application's own graph and weights.
 *
 * <pre>{@code
 * LayerGraph graph =
 *     LayerGraph.builder()
 *         .add("input", new Input(Shape.image(3, 32, 32)))
 *         .then("conv", new Conv2d(16, 3, 1, Padding.SAME, true, Activation.RELU))
 *         .build();
 * Backbone backbone =
 *     Backbone.of(
 *         "small",
 *         new InputSpec(32, 32, Preprocessing.TF),
 *         graph,
 *         RandomWeights.glorot(graph, 42),
 *         "seed 42");
 * }</pre>
 *
 * <p>The package builds on {@link dev.finetune.graph}, {@link dev.finetune.image} and {@link
 * dev.finetune.weights}.
 */
@NullMarked
package dev.finetune.backbone;

import org.jspecify.annotations.NullMarked;
