/**
 * Predictions, and measures of how good they are.
 *
 * <p>A {@link dev.finetune.evaluate.Prediction} holds the class probabilities of one image. An
 * {@link dev.finetune.evaluate.Evaluation} summarises a classifier's outputs on labelled images:
 * accuracy, mean cross-entropy, a confusion matrix and {@link dev.finetune.evaluate.ClassMetrics}
 * for each class; {@link dev.finetune.evaluate.Interval} says how far the accuracy of few images
 * can be trusted. {@link dev.finetune.evaluate.TagEvaluation} does this for images with several
 * tags, and {@link dev.finetune.evaluate.ValueEvaluation} for predicted numbers. {@link
 * dev.finetune.evaluate.Thresholds} holds the probabilities from which tags are predicted, chosen
 * on validation images. {@link dev.finetune.evaluate.Metrics} has more measures of classifiers, and
 * {@link dev.finetune.evaluate.Metric} lets an application add its own measure to the validation
 * after each epoch. {@link dev.finetune.evaluate.Softmax} computes probabilities from logits.
 *
 * <pre>{@code
 * Evaluation.Tally tally = Evaluation.tally(List.of("cat", "dog"));
 * tally.add(new float[] {1.5f, -0.5f}, 0); // logits, label
 * Evaluation evaluation = tally.result();
 * double recall = evaluation.perClass().get(0).recall();
 * }</pre>
 *
 * <p>The package builds on {@link dev.finetune.loss} for targets and losses, and {@link
 * dev.finetune.weights} for finite checks.
 */
@NullMarked
package dev.finetune.evaluate;

import org.jspecify.annotations.NullMarked;
