/** What training reads: labelled images. Readers of folders and files live in finetune-datasets. */
@NullMarked
package dev.finetune.data;

import org.jspecify.annotations.NullMarked;
