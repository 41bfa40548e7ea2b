/** Pixels, and how a network wants to see them: size, channel order, scaling. */
@NullMarked
package dev.finetune.image;

import org.jspecify.annotations.NullMarked;
