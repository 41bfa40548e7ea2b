/**
 * Averages of the weights of several models: model soups (M. Wortsman et al., "Model soups:
 * averaging weights of multiple fine-tuned models improves accuracy without increasing inference
 * time", 2022). Not API.
 *
 * <p>{@link dev.finetune.internal.soup.WeightMean} averages weights, {@link
 * dev.finetune.internal.soup.GreedySoup} chooses which, and {@link
 * dev.finetune.internal.soup.ModelSoup} does both for the contents of model files.
 *
 * <p>The package builds on {@code weights}, {@code graph} and {@code internal.modelfile}. {@link
 * dev.finetune.FineTunedModel} computes the scores.
 */
@NullMarked
package dev.finetune.internal.soup;

import org.jspecify.annotations.NullMarked;
