/**
 * Labelled images to train on and evaluate with.
 *
 * <p>Training reads a {@link dev.finetune.data.ImageDataset} with one class per image, a {@link
 * dev.finetune.data.TagDataset} with any number of tags per image, or a {@link
 * dev.finetune.data.ValueDataset} with numbers. The module finetune-datasets implements them for
 * folders and files, and their {@code of} methods for lists of any objects. {@link
 * dev.finetune.data.DatasetCheck} decodes every image once to find bad ones, and {@link
 * dev.finetune.data.Labels}, {@link dev.finetune.data.Tags} and {@link dev.finetune.data.Values}
 * check labels, tags and values. They report all problems at once in a {@link
 * dev.finetune.data.DatasetException}. {@link dev.finetune.data.Shuffle} draws reproducible orders.
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
