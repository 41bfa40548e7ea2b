/** Parameter values, independent of any file format and of the engine. */
@NullMarked
package dev.finetune.weights;

import org.jspecify.annotations.NullMarked;
