/**
 * The settings of a training run, and what training reports.
 *
 * <p>{@link dev.finetune.train.TrainOptions} collects the settings: an {@link
 * dev.finetune.train.Optimizer} such as {@link dev.finetune.train.AdamW}, a {@link
 * dev.finetune.train.Schedule} for the learning rate, {@link dev.finetune.train.ParameterGroups}
 * for different rates per layer, a {@link dev.finetune.train.FeatureCache} for the outputs of the
 * frozen stem, {@link dev.finetune.train.BatchNormStatistics} and {@link dev.finetune.train.Keep}.
 * For classes of different sizes there are {@link dev.finetune.train.ClassWeights} and {@link
 * dev.finetune.train.Sampling}.
 *
 * <p>A {@link dev.finetune.train.TrainingObserver} receives a {@link
 * dev.finetune.train.MemoryEstimate}, a {@link dev.finetune.train.BatchResult} after each step and
 * an {@link dev.finetune.train.EpochResult} after each epoch; {@link
 * dev.finetune.train.ProgressPrinter} prints them. {@link dev.finetune.train.History} holds the
 * results of all epochs.
 *
 * <pre>{@code
 * TrainOptions options =
 *     TrainOptions.defaults()
 *         .epochs(20)
 *         .optimizer(Adam.adam(1e-4))
 *         .keep(Keep.BEST)
 *         .observer(ProgressPrinter.standardError());
 * }</pre>
 *
 * <p>The package builds on {@link dev.finetune.loss}, {@link dev.finetune.evaluate}, {@link
 * dev.finetune.data}, {@link dev.finetune.image} and {@link dev.finetune.graph.layer}.
 */
@NullMarked
package dev.finetune.train;

import org.jspecify.annotations.NullMarked;
