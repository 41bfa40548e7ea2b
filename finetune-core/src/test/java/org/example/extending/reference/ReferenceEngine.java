package org.example.extending.reference;

import dev.finetune.engine.Availability;
import dev.finetune.engine.Engine;
import dev.finetune.engine.EngineOptions;
import dev.finetune.engine.InferenceNetwork;
import dev.finetune.engine.NormPolicy;
import dev.finetune.engine.TrainableNetwork;
import dev.finetune.graph.LayerGraph;
import dev.finetune.weights.Weights;
import java.util.Set;

/** Computes in double precision, in plain Java, on one thread. */
public final class ReferenceEngine implements Engine {

  /** Creates one. */
  public ReferenceEngine() {}

  @Override
  public String name() {
    return "reference";
  }

  @Override
  public Availability availability() {
    return Availability.with(1);
  }

  @Override
  public InferenceNetwork inference(LayerGraph graph, Weights weights, EngineOptions options) {
    return new ReferenceInference(graph, new Values(graph, weights));
  }

  @Override
  public TrainableNetwork training(
      LayerGraph graph,
      Set<String> frozen,
      Weights weights,
      NormPolicy norms,
      EngineOptions options) {
    return new ReferenceTraining(graph, frozen, new Values(graph, weights), norms);
  }

  @Override
  public String describe() {
    return "double precision in Java";
  }

  /** The bits are the same with any options. */
  @Override
  public String fingerprint(EngineOptions options) {
    return "reference 1";
  }

  @Override
  public long freeMemory() {
    return Long.MAX_VALUE;
  }
}
