/** Chooses who computes: oneDNN on a CPU, else Deeplearning4j. Not API. */
@NullMarked
package dev.finetune.internal.engine;

import org.jspecify.annotations.NullMarked;
