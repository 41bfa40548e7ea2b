/**
 * Observers that write the progress of a training to files and monitoring systems.
 *
 * <p>{@link dev.finetune.observe.CsvObserver} writes a table, {@link
 * dev.finetune.observe.TensorBoardObserver} curves for TensorBoard, and {@link
 * dev.finetune.observe.MicrometerObserver} meters for Micrometer. A training may have several
 * observers:
 *
 * <pre>{@code
 * TrainOptions options =
 *     TrainOptions.defaults()
 *         .observer(CsvObserver.at(Path.of("runs/first/epochs.csv")))
 *         .observer(TensorBoardObserver.at(Path.of("runs/first")).everySteps(10))
 *         .observer(MicrometerObserver.of(registry, Tags.of("run", "first")));
 * }</pre>
 *
 * <p>If an observer cannot write, its exception ends the training. What it has written stays. An
 * observer serves one training at a time, and may serve another one afterwards. The package builds
 * on {@code dev.finetune.train}.
 */
@NullMarked
package dev.finetune.observe;

import org.jspecify.annotations.NullMarked;
