/**
 * Strict reading of JSON: values are never converted, missing keys have no defaults, and unknown
 * keys are errors. Not API.
 *
 * <p>{@link dev.finetune.internal.json.StrictJson} parses and writes text, and checks the format
 * version. {@link dev.finetune.internal.json.Fields} reads the keys of an object; its errors name
 * the file and the key. {@link dev.finetune.internal.json.HistoryJson} converts the history of a
 * training run.
 *
 * <p>The package builds on Jackson. The text comes from the entries of a model file ({@code
 * internal.modelfile}) or of a training state ({@code internal.training}).
 */
@NullMarked
package dev.finetune.internal.json;

import org.jspecify.annotations.NullMarked;
