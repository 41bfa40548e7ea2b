package dev.finetune.graph;

/**
 * A layer of an application's own, made of the kinds that there are.
 *
 * <p>{@link LayerGraph.Builder#add(String, Block, String...)} writes it out when the graph is
 * built. So the graph has the block's layers and not the block itself: each of them is frozen,
 * counted and saved as any other layer, and engines need not know the block. Squeeze and
 * excitation, for instance:
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
@FunctionalInterface
public interface Block {

  /**
   * Adds the block's layers to a graph.
   *
   * @param graph has all layers before it
   * @param name of the last layer; the names of all others begin with it and a slash
   * @param inputs the names of the layers that the block reads, which are there
   */
  void addTo(LayerGraph.Builder graph, String name, String... inputs);
}
