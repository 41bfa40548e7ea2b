/** Which layers of a backbone keep their weights. */
@NullMarked
package dev.finetune.freeze;

import org.jspecify.annotations.NullMarked;
