/** The training loop: cut the plan, compute the stem once, train the tail. Not API. */
@NullMarked
package dev.finetune.internal.training;

import org.jspecify.annotations.NullMarked;
