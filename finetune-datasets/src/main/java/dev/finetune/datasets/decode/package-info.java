/** Decoders of image files, found by name. */
@NullMarked
package dev.finetune.datasets.decode;

import org.jspecify.annotations.NullMarked;
