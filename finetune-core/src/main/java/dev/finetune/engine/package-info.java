/**
 * The contract between the library and what computes for it.
 *
 * <p>An {@link dev.finetune.engine.Engine} compiles a graph and differentiates it. Losses,
 * optimizers, metrics, training state and everything else that is no tensor operation is written
 * once, in the library. Engines are found by {@link java.util.ServiceLoader}, so an application
 * chooses them by its dependencies.
 */
@NullMarked
package dev.finetune.engine;

import org.jspecify.annotations.NullMarked;
