/**
 * What training lowers. A {@link dev.finetune.loss.Loss} compares a network's outputs with {@link
 * dev.finetune.loss.Targets} and gives the gradient from which an engine goes backward; engines see
 * neither.
 */
@NullMarked
package dev.finetune.loss;

import org.jspecify.annotations.NullMarked;
