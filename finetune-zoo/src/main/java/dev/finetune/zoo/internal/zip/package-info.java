/** Zip files whose entries are verified and limited as they are read. */
@NullMarked
package dev.finetune.zoo.internal.zip;

import org.jspecify.annotations.NullMarked;
