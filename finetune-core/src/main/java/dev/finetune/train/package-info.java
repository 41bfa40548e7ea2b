/** How to train, and what training reports: options, observers, history. */
@NullMarked
package dev.finetune.train;

import org.jspecify.annotations.NullMarked;
