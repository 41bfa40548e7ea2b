/**
 * Transfer learning in one call: {@link dev.finetune.FineTune} collects what you want, {@link
 * dev.finetune.FineTunePlan} is the checked result, {@link dev.finetune.FineTunedModel} is what
 * training gives.
 *
 * <pre>{@code
 * FineTunedModel model = FineTune.from(Zoo.vgg16Imagenet())
 *     .freezeAllBut(8)
 *     .head(dense(128), dropout(0.6))
 *     .classes(43)
 *     .train(train, valid, TrainOptions.defaults().epochs(101).optimizer(adam(1e-4)));
 * }</pre>
 */
@NullMarked
package dev.finetune;

import org.jspecify.annotations.NullMarked;
