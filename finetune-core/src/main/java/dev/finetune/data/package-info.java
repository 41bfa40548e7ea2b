/**
 * Labelled images to train on and evaluate with.
 *
 * <p>{@link dev.finetune.data.ImageDataset} is the interface that training reads; the module
 * finetune-datasets implements it for folders and files. {@link dev.finetune.data.DatasetCheck}
 * decodes every image once to find bad ones, and {@link dev.finetune.data.Labels} checks labels and
 * class names. Both report all problems at once in a {@link dev.finetune.data.DatasetException}.
 * {@link dev.finetune.data.Shuffle} draws reproducible orders.
 *
 * <pre>{@code
 * data.verify();
 * ImageDataset part = data.sample(100, 42);
 * Pixels first = part.load(0);
 * String className = part.classNames().get(part.label(0));
 * }</pre>
 *
 * <p>The package builds on {@link dev.finetune.image}.
 */
@NullMarked
package dev.finetune.data;

import org.jspecify.annotations.NullMarked;
