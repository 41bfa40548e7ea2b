/**
 * The layers that are added to a backbone and trained from scratch.
 *
 * <p>{@link dev.finetune.head.HeadLayers} creates each {@link dev.finetune.head.HeadLayer}, and
 * reads and writes the notation of the command line. {@link dev.finetune.head.HeadGraph} appends
 * them to a backbone's graph, followed by a dense layer with one logit per class.
 *
 * <pre>{@code
 * List<HeadLayer> head = List.of(dense(128), dropout(0.6)); // static imports from HeadLayers
 * LayerGraph network = HeadGraph.append(backbone.graph(), head, 10);
 * }</pre>
 *
 * <p>The package builds on {@link dev.finetune.graph}.
 */
@NullMarked
package dev.finetune.head;

import org.jspecify.annotations.NullMarked;
