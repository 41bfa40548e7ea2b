/**
 * The kinds of layers, one in each file: what a kind computes is in its Javadoc; its settings, the
 * shape of its output, its tensors and its name in saved files are in its record.
 *
 * <p>An engine implements {@link dev.finetune.graph.layer.BasicLayer.Visitor}, which has a method
 * for each basic kind, so that the compiler names every engine that lacks a new kind.
 */
@NullMarked
package dev.finetune.graph.layer;

import org.jspecify.annotations.NullMarked;
