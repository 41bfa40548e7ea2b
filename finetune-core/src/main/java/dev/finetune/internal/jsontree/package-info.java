/** JSON as a tree. A leaf that every package may use, the lower ones too. Not API. */
@NullMarked
package dev.finetune.internal.jsontree;

import org.jspecify.annotations.NullMarked;
