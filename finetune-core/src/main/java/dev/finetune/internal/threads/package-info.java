/** How many threads OpenMP computes with, and how they wait for each other. Not API. */
@NullMarked
package dev.finetune.internal.threads;

import org.jspecify.annotations.NullMarked;
