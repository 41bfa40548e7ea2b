/**
 * Training: cuts the network, computes the frozen stem once per image, and trains the tail. Not
 * API.
 *
 * <ul>
 *   <li>{@link dev.finetune.internal.training.TrainingJob} has everything that a run needs, and
 *       {@link dev.finetune.internal.training.Trainer} runs it.
 *   <li>{@link dev.finetune.internal.training.Cut} divides the graph. {@code StemPass} computes the
 *       features of the stem, {@code Sources} provides them or the images, and {@code TrainingLoop}
 *       runs the epochs.
 *   <li>{@link dev.finetune.internal.training.Learner} takes the steps, with an {@link
 *       dev.finetune.internal.training.UpdatePlan} for optimizer, schedule and groups. {@code
 *       LearningRateFinder} uses it to search a learning rate.
 *   <li>{@code Preflight} checks the memory before anything is computed.
 *   <li>{@link dev.finetune.internal.training.TrainingState} is what a run resumes from, and {@link
 *       dev.finetune.internal.training.TrainingStateFile} stores it.
 * </ul>
 *
 * <p>The package builds on {@code internal.network}, {@code internal.pipeline}, {@code
 * internal.cache} and {@code internal.archive}. {@link dev.finetune.FineTunePlan} creates the job
 * and turns the result into a model.
 */
@NullMarked
package dev.finetune.internal.training;

import org.jspecify.annotations.NullMarked;
