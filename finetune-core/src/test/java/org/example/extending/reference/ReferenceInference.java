package org.example.extending.reference;

import dev.finetune.engine.Batch;
import dev.finetune.engine.InferenceNetwork;
import dev.finetune.graph.LayerGraph;
import java.util.List;

/** A network that computes outputs. */
final class ReferenceInference implements InferenceNetwork {

  private final LayerGraph graph;
  private final Values values;

  ReferenceInference(LayerGraph graph, Values values) {
    this.graph = graph;
    this.values = values;
  }

  @Override
  public float[][][] outputs(Batch batch) {
    values.requireOpen();
    Pass pass = new Pass(graph, values, batch, Mode.INFERENCE);
    List<String> names = graph.outputs();
    float[][][] all = new float[batch.size()][names.size()][];
    for (int k = 0; k < names.size(); k++) {
      float[][] examples = pass.values(names.get(k));
      for (int n = 0; n < all.length; n++) {
        all[n][k] = examples[n];
      }
    }
    return all;
  }

  /** All is in the heap. */
  @Override
  public long bytes(int batch) {
    values.requireOpen();
    return 0;
  }

  @Override
  public void close() {
    values.close();
  }
}
