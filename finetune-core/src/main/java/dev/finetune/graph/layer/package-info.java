/**
 * The kinds of layers, one file each. The Javadoc of a kind says what it computes. Its record has
 * the settings, the output shape, the parameter tensors and the name in saved files.
 *
 * <ul>
 *   <li>{@link dev.finetune.graph.layer.Layer} is the closed set of kinds. Engines compute a {@link
 *       dev.finetune.graph.layer.BasicLayer}, such as {@link dev.finetune.graph.layer.Conv2d}. A
 *       {@link dev.finetune.graph.layer.CompositeLayer} is replaced by its {@link
 *       dev.finetune.graph.layer.Part}s before.
 *   <li>{@link dev.finetune.graph.layer.Shape} is the shape of one example's activations.
 *   <li>{@link dev.finetune.graph.layer.ParameterSpec} is a tensor that a layer needs; its {@link
 *       dev.finetune.graph.layer.ParameterRole} determines its layout.
 *   <li>{@link dev.finetune.graph.layer.Activation} and {@link dev.finetune.graph.layer.Padding}
 *       are settings of several kinds.
 * </ul>
 *
 * <p>An engine implements {@link dev.finetune.graph.layer.BasicLayer.Visitor}, which has one method
 * per basic kind. An engine that lacks a new kind does not compile. The package builds on no other;
 * {@link dev.finetune.graph} connects layers.
 */
@NullMarked
package dev.finetune.graph.layer;

import org.jspecify.annotations.NullMarked;
