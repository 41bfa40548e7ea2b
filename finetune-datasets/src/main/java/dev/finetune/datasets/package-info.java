/**
 * Images from folders, CSV files and single files; splits that do not leak; GTSRB; and signs drawn
 * by the library itself. Knows nothing of networks.
 */
@NullMarked
package dev.finetune.datasets;

import org.jspecify.annotations.NullMarked;
