/** The thread that computes for many. Not API. */
@NullMarked
package dev.finetune.internal.threads;

import org.jspecify.annotations.NullMarked;
