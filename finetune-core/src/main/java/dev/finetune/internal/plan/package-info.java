/**
 * Descriptions of a training plan. Not API.
 *
 * <p>{@link dev.finetune.internal.plan.PlanDescription} holds the facts of a checked plan. {@link
 * dev.finetune.internal.plan.PlanReport} prints them as text for people and as JSON for programs
 * and for the model file. {@link dev.finetune.internal.plan.Provenance} records how a model was
 * trained, for its model file.
 *
 * <p>The package builds on {@code graph}, {@code head}, {@code engine} and the cut that {@code
 * internal.training} computes. {@link dev.finetune.FineTunePlan} creates the description.
 */
@NullMarked
package dev.finetune.internal.plan;

import org.jspecify.annotations.NullMarked;
