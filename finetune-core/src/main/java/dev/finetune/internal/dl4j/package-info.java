/**
 * Everything that touches Deeplearning4j and ND4J. Not API.
 *
 * <p>{@link dev.finetune.internal.dl4j.Network} is the door: layer graphs and plain arrays go in,
 * plain arrays come out.
 */
@NullMarked
package dev.finetune.internal.dl4j;

import org.jspecify.annotations.NullMarked;
