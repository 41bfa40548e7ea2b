/** Features of images on disk, between runs. Not API. */
@NullMarked
package dev.finetune.internal.cache;

import org.jspecify.annotations.NullMarked;
