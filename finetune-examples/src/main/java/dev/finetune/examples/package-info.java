/** The command line, the GTSRB experiment and the first run. */
@NullMarked
package dev.finetune.examples;

import org.jspecify.annotations.NullMarked;
