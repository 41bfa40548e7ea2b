/**
 * The engine {@code onednn}, which compiles networks to programs of oneDNN primitives. Internal:
 * not part of the API.
 *
 * <p>{@link dev.finetune.internal.onednn.OneDnnEngine} is the entry point, and {@code OneDnn} loads
 * the library. {@link dev.finetune.internal.onednn.OneDnnInference} and {@link
 * dev.finetune.internal.onednn.OneDnnTraining} compile one program per batch size. {@code
 * FoldedNorms} and {@code Fused} rewrite the graph, {@code Lowering} records the forward pass with
 * one class per group of layers ({@code Convolutions}, {@code Norms}, {@code Pools} and others),
 * and {@code Backpropagation} records the backward pass. {@code Recorder} collects the operations,
 * {@code MemoryPlan} assigns their memory, and {@code Program} runs them in an {@code Arena}. In
 * training, {@code Shards} splits a batch into parts, which {@code TrainingShard}s compute in
 * parallel.
 *
 * <p>Batches enter and outputs leave through {@code Ports} in channel, height, width order; between
 * layers, values stay in oneDNN's blocked layouts. {@code ParameterStore} holds the parameters. It
 * builds on the packages engine, graph and weights of finetune-core, and on {@code
 * dev.finetune.internal.natives}.
 */
@NullMarked
package dev.finetune.internal.onednn;

import org.jspecify.annotations.NullMarked;
