/** Pictures of data, training and predictions, as images and PNG files. */
@NullMarked
package dev.finetune.report;

import org.jspecify.annotations.NullMarked;
