package dev.finetune.backbone;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkNotNull;

import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.layer.Concat;
import dev.finetune.graph.layer.GlobalAveragePool;
import dev.finetune.image.InputSpec;
import dev.finetune.weights.Weights;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A backbone that ends in the pooled outputs of several layers of another one.
 *
 * @param whole the other backbone
 * @param layers the names of its layers, in the order of the features
 * @param graph the layers needed, the poolings and the concatenation
 */
record PooledFeatures(Backbone whole, List<String> layers, LayerGraph graph) implements Backbone {

  /** The name of the added layers; with a number if the backbone has such layers already. */
  private static final String NAME = "features";

  static PooledFeatures of(Backbone whole, List<String> layers) {
    layers.forEach(layer -> checkNotNull(layer, "layers must not be null"));
    checkArgument(!layers.isEmpty(), "Features must be of at least one layer, got none");
    Set<String> names = new LinkedHashSet<>(layers);
    checkArgument(
        names.size() == layers.size(), "Features must be of different layers, got %s", layers);
    LayerGraph graph = whole.graph();
    names.removeAll(graph.names());
    checkArgument(
        names.isEmpty(),
        "Features must be of layers of the backbone, got %s; the layers are %s",
        names,
        graph.names());
    return new PooledFeatures(whole, List.copyOf(layers), staged(graph, pooled(graph, layers)));
  }

  /** Returns the part of a graph that computes the features. */
  private static LayerGraph pooled(LayerGraph whole, List<String> layers) {
    LayerGraph.Builder graph = whole.toBuilder();
    String name = freeName(whole);
    List<String> vectors = new ArrayList<>();
    for (String layer : layers) {
      if (graph.shape(layer).flat()) {
        vectors.add(layer);
      } else {
        graph.add(name + "/" + layer, new GlobalAveragePool(), layer);
        vectors.add(graph.last());
      }
    }
    if (vectors.size() > 1) {
      graph.add(name, new Concat(), vectors.toArray(String[]::new));
      vectors = List.of(name);
    }
    return graph.build(vectors).upTo(vectors.get(0));
  }

  private static String freeName(LayerGraph graph) {
    String candidate = NAME;
    for (int i = 1; taken(graph, candidate); i++) {
      candidate = NAME + "_" + i;
    }
    return candidate;
  }

  private static boolean taken(LayerGraph graph, String name) {
    return graph.names().stream().anyMatch(n -> n.equals(name) || n.startsWith(name + "/"));
  }

  /** Lets a stage whose last layer is not needed end with the features. */
  private static LayerGraph staged(LayerGraph whole, LayerGraph features) {
    Set<String> inStages = features.closure(features.stages());
    boolean cut =
        features.stages().size() < whole.stages().size()
            && features.nodes().stream()
                .anyMatch(n -> !n.parameters().isEmpty() && !inStages.contains(n.name()));
    return cut ? features.toBuilder().stage(features.outputs().get(0)).build() : features;
  }

  @Override
  public String name() {
    return whole.name() + " with features of " + String.join(", ", layers);
  }

  @Override
  public InputSpec input() {
    return whole.input();
  }

  @Override
  public Weights weights() {
    return whole.weights().only(graph);
  }

  @Override
  public String weightsOrigin() {
    return whole.weightsOrigin();
  }

  @Override
  public Optional<Backbone> withSide(int side) {
    return whole.withSide(side).map(sized -> of(sized, layers));
  }
}
