/** One file for each architecture: its graph, layer names, tensor names and weight sources. */
@NullMarked
package dev.finetune.zoo.architecture;

import org.jspecify.annotations.NullMarked;
