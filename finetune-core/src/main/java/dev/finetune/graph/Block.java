package dev.finetune.graph;

import dev.finetune.annotation.Experimental;

/**
 * A group of layers that an application defines from the existing kinds.
 *
 * <p>{@link LayerGraph.Builder#add(String, Block, String...)} adds the layers of the block to the
 * graph; the block itself is not part of it. Each layer is frozen, counted and saved like any
 * other, and engines need no support for the block. An example is squeeze and excitation (J. Hu et
 * al., "Squeeze-and-Excitation Networks", 2018), with one convolution:
 *
 * <pre>{@code
 * Block squeezeExcitation =
 *     (graph, name, inputs) -> {
 *       int channels = graph.shape(inputs[0]).channels();
 *       graph
 *           .add(name + "/mean", new GlobalAveragePool(true), inputs)
 *           .then(name + "/gate", new Conv2d(channels, 1, 1, Padding.VALID, true, Activation.SIGMOID))
 *           .add(name, new Multiply(), inputs[0], name + "/gate");
 *     };
 * graph.add("se", squeezeExcitation, "conv");
 * }</pre>
 */
@Experimental
@FunctionalInterface
public interface Block {

  /**
   * Adds the block's layers to a graph.
   *
   * @param graph the builder to add to; it has all layers before the block
   * @param name the name of the last layer to add. The names of the other layers must start with it
   *     and a slash.
   * @param inputs the names of the layers that the block reads; the builder has them
   */
  void addTo(LayerGraph.Builder graph, String name, String... inputs);
}
