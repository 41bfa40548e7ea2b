/**
 * Backbones with published ImageNet weights.
 *
 * <p>{@link dev.finetune.zoo.Zoo} has a method for each stock network and finds networks by name.
 * Each returns a {@link dev.finetune.zoo.ZooBackbone}, whose methods choose weights, input size,
 * pooling and download settings. A backbone can be fine-tuned, or used with its original ImageNet
 * classifier:
 *
 * <pre>{@code
 * ZooBackbone backbone = Zoo.resNet50Imagenet().pooling(Pooling.AVG);
 * FineTunedModel model =
 *     FineTune.from(backbone).freezeUpToStage(4).train(train, valid, TrainOptions.defaults());
 * Prediction prediction = Zoo.resNet50Imagenet().classifier().classify(image);
 * }</pre>
 *
 * <p>The package builds on {@code dev.finetune.zoo.architecture} (the networks), {@code
 * dev.finetune.zoo.weights} (readers of weight files) and {@code dev.finetune.zoo.download}. To add
 * a network, implement {@link dev.finetune.zoo.architecture.Architecture}.
 */
@NullMarked
package dev.finetune.zoo;

import org.jspecify.annotations.NullMarked;
