/**
 * The networks of the zoo as data: layers, names and weight sources.
 *
 * <p>An {@link dev.finetune.zoo.architecture.Architecture} returns its {@link
 * dev.finetune.zoo.architecture.Facts} (name, image size, preprocessing, published weights) and the
 * {@link dev.finetune.zoo.architecture.Definition} of the network for a {@link
 * dev.finetune.zoo.architecture.Form}. A form selects the image size, the {@link
 * dev.finetune.zoo.architecture.Dialect} (the publisher whose definition is used), the {@link
 * dev.finetune.zoo.architecture.Top} and the {@link dev.finetune.zoo.architecture.Pooling}. Each
 * architecture is one class; a {@link dev.finetune.zoo.architecture.WeightSource} is a published
 * file for it.
 *
 * <pre>{@code
 * Architecture vgg = Vgg.vgg16();
 * LayerGraph graph = vgg.define(Form.square(224, Dialect.KERAS, Top.NONE)).graph();
 * }</pre>
 *
 * <p>The package builds on {@code dev.finetune.graph} (layers), {@code dev.finetune.image}
 * (preprocessing) and {@code dev.finetune.zoo.download} (files).
 */
@NullMarked
package dev.finetune.zoo.architecture;

import org.jspecify.annotations.NullMarked;
