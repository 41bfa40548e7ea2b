package dev.finetune.head;

import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.layer.Concat;
import dev.finetune.graph.layer.GlobalAveragePool;
import dev.finetune.graph.layer.GlobalMaxPool;

/** The average and the maximum of each feature map, side by side. */
record AverageMaxPooling() implements HeadLayer {

  @Override
  public void appendTo(LayerGraph.Builder graph) {
    String maps = graph.last();
    String average = HeadGraph.uniqueName(graph, "global_average_pooling");
    graph.add(average, new GlobalAveragePool(), maps);
    String maximum = HeadGraph.uniqueName(graph, "global_max_pooling");
    graph.add(maximum, new GlobalMaxPool(), maps);
    graph.add(HeadGraph.uniqueName(graph, "concatenate"), new Concat(), average, maximum);
  }

  @Override
  public String notation() {
    return "avgmax";
  }

  @Override
  public String toString() {
    return notation();
  }
}
