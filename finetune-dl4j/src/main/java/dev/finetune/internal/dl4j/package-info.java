/**
 * Deeplearning4j and ND4J: saved models, the update of the parameters, and all computation where
 * oneDNN is not. Not API; nothing but this package and the tests knows them.
 */
@NullMarked
package dev.finetune.internal.dl4j;

import org.jspecify.annotations.NullMarked;
