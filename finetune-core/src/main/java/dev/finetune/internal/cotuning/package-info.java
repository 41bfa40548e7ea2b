/**
 * Training with the classification layer of the pretraining as a second output. Not API.
 *
 * <p>{@link dev.finetune.internal.cotuning.CoTuningRules} says which plans can have it. {@link
 * dev.finetune.internal.cotuning.SourceLayer} adds the layer to a network: the outputs become those
 * of the head, then those of the source classes. {@link
 * dev.finetune.internal.cotuning.CoTuningLoss} has a term for each of both. {@link
 * dev.finetune.internal.cotuning.CoTunedJob} makes a training job of them. The trainer only knows
 * that a network may have more outputs than its task.
 *
 * <p>The package builds on {@link dev.finetune.backbone}, {@link dev.finetune.loss} and {@code
 * internal.training}.
 */
@NullMarked
package dev.finetune.internal.cotuning;

import org.jspecify.annotations.NullMarked;
