/** How this library writes files. */
@NullMarked
package dev.finetune.internal.files;

import org.jspecify.annotations.NullMarked;
