/** Getting weight files: to a cache directory, verified, resumable, never half-written. */
@NullMarked
package dev.finetune.zoo.download;

import org.jspecify.annotations.NullMarked;
