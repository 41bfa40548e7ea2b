/**
 * Training that continues a saved model. Not API.
 *
 * <p>A {@link dev.finetune.internal.continued.ContinuedModel} has the network and the weights to
 * start from. A {@link dev.finetune.internal.continued.Continuation} adds what the user decided
 * about its classes and old images; {@link dev.finetune.internal.continued.ClassChange} is the
 * result for the images of a run.
 *
 * <p>The package builds on {@code internal.modelfile}, {@code head} and {@code data}. {@link
 * dev.finetune.FineTune} creates the continuation and {@link dev.finetune.FineTunePlan} trains with
 * it.
 */
@NullMarked
package dev.finetune.internal.continued;

import org.jspecify.annotations.NullMarked;
