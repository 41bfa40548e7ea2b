/**
 * A linear probe: multinomial logistic regression on the features of a frozen network. Not API.
 *
 * <p>{@link dev.finetune.internal.probe.StrengthSearch} chooses the strength of the regularisation
 * by cross-validation; {@link dev.finetune.internal.probe.SoftmaxRegression} fits the model on
 * {@link dev.finetune.internal.probe.ProbeExamples}. Each fit standardises the features ({@link
 * dev.finetune.internal.probe.Standardisation}), rotates them into a basis of the examples' row
 * space ({@link dev.finetune.internal.probe.RowSpace}) and minimises {@link
 * dev.finetune.internal.probe.SoftmaxObjective} by {@link dev.finetune.internal.probe.Lbfgs}.
 *
 * <p>All results have the same bits for any number of threads: work is divided into tiles of a
 * fixed size, and each sum is computed by one thread in a fixed order. The package builds on the
 * JDK and Guava only.
 */
@NullMarked
package dev.finetune.internal.probe;

import org.jspecify.annotations.NullMarked;
