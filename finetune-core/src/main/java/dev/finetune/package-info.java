/**
 * The entry points of the library: transfer learning for image classification.
 *
 * <p>{@link dev.finetune.FineTune} builds a {@link dev.finetune.FineTunePlan}, the checked
 * description of a network with a pretrained backbone, frozen layers and a new head. Training a
 * plan returns a {@link dev.finetune.FineTunedModel}, which classifies, evaluates, saves and loads.
 * A training that stops early throws a {@link dev.finetune.TrainingStoppedException}, which has the
 * model of the finished epochs. {@link dev.finetune.ImageClassifier} and {@link
 * dev.finetune.FeatureExtractor} run a network without training.
 *
 * <pre>{@code
 * FineTunedModel model =
 *     FineTune.from(Zoo.vgg16Imagenet())
 *         .freezeAllBut(8)
 *         .head(dense(128), dropout(0.6)) // static imports from HeadLayers
 *         .classes(43)
 *         .train(train, valid, TrainOptions.defaults().epochs(101).optimizer(Adam.adam(1e-4)));
 * model.save(Path.of("signs.zip"));
 * }</pre>
 *
 * <p>The package builds on all other packages of the module: {@link dev.finetune.backbone}, {@link
 * dev.finetune.freeze} and {@link dev.finetune.head} for plans, {@link dev.finetune.data} and
 * {@link dev.finetune.image} for images, {@link dev.finetune.train} and {@link dev.finetune.loss}
 * for training, {@link dev.finetune.recipe} for settings that belong together, {@link
 * dev.finetune.evaluate} for results, {@link dev.finetune.graph} and {@link dev.finetune.weights}
 * for networks, and {@link dev.finetune.engine} for the computation.
 */
@NullMarked
package dev.finetune;

import org.jspecify.annotations.NullMarked;
