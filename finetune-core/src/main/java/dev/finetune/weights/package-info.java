/**
 * The values of a network's parameters, independent of file formats and engines.
 *
 * <p>{@link dev.finetune.weights.Weights} holds a {@link dev.finetune.weights.Tensor} for each
 * layer name and {@link dev.finetune.graph.layer.ParameterRole}. {@link
 * dev.finetune.weights.RandomWeights} draws initial values for a graph. {@link
 * dev.finetune.weights.Weights#requireMatch} compares weights with a graph and throws a {@link
 * dev.finetune.weights.WeightsException} that lists every difference. {@link
 * dev.finetune.weights.Finite} finds NaN and infinity.
 *
 * <pre>{@code
 * Weights weights = RandomWeights.glorot(graph, 42);
 * weights.requireMatch(graph, "seed 42");
 * Tensor kernel = weights.tensor("conv1", ParameterRole.KERNEL);
 * }</pre>
 *
 * <p>The package builds on {@link dev.finetune.graph}. {@link dev.finetune.weights.safetensors}
 * reads and writes tensors as files.
 */
@NullMarked
package dev.finetune.weights;

import org.jspecify.annotations.NullMarked;
