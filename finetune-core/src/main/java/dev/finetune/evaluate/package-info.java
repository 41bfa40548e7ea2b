/** How good a classifier is, and what it says of one image. */
@NullMarked
package dev.finetune.evaluate;

import org.jspecify.annotations.NullMarked;
