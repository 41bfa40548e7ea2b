/**
 * Writing of files. Not API.
 *
 * <p>{@link dev.finetune.internal.files.AtomicFiles} replaces a file only when the new content is
 * complete. {@code internal.modelfile} and {@code internal.training} write model files and training
 * states with it, and {@code finetune-dl4j} its own files. The package builds on the JDK only.
 */
@NullMarked
package dev.finetune.internal.files;

import org.jspecify.annotations.NullMarked;
