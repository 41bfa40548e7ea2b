/**
 * The reference that engines are compared with: every basic kind of layer in plain Java and double
 * precision, written for readability and not for speed.
 *
 * <p>{@link dev.finetune.testing.reference.Reference} computes a graph, {@code LayerReference} one
 * layer, and {@link dev.finetune.testing.reference.FiniteDifferences} the derivatives of a graph.
 * {@code ReferenceTest} compares the reference with Keras and torch.
 */
@NullMarked
package dev.finetune.testing.reference;

import org.jspecify.annotations.NullMarked;
