/** Zips whose entries are checked when they are read: saved models and training states. Not API. */
@NullMarked
package dev.finetune.internal.archive;

import org.jspecify.annotations.NullMarked;
