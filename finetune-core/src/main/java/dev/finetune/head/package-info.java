/** The layers that are put on a backbone and trained from scratch. */
@NullMarked
package dev.finetune.head;

import org.jspecify.annotations.NullMarked;
