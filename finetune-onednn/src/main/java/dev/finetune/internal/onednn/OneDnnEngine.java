package dev.finetune.internal.onednn;

import dev.finetune.engine.Availability;
import dev.finetune.engine.Engine;
import dev.finetune.engine.EngineOptions;
import dev.finetune.engine.InferenceNetwork;
import dev.finetune.engine.NormPolicy;
import dev.finetune.engine.TrainableNetwork;
import dev.finetune.graph.LayerGraph;
import dev.finetune.internal.natives.NativeMemory;
import dev.finetune.internal.natives.OpenMp;
import dev.finetune.weights.Weights;
import java.util.Set;

/** The engine {@code onednn}, which computes on CPUs with programs of oneDNN primitives. */
public final class OneDnnEngine implements Engine {

  /** Creates an engine. It loads no native code. */
  public OneDnnEngine() {}

  @Override
  public String name() {
    return "onednn";
  }

  @Override
  public void prepare() {
    OpenMp.prepare();
  }

  @Override
  public Availability availability() {
    return OneDnn.available()
        ? Availability.with(Availability.CPU)
        : Availability.missing(OneDnn.describe());
  }

  @Override
  public InferenceNetwork inference(LayerGraph graph, Weights weights, EngineOptions options) {
    return new OneDnnInference(graph, weights, options);
  }

  @Override
  public TrainableNetwork training(
      LayerGraph graph,
      Set<String> frozen,
      Weights weights,
      NormPolicy norms,
      EngineOptions options) {
    return new OneDnnTraining(graph, frozen, weights, norms, options);
  }

  @Override
  public String describe() {
    return OneDnn.describe();
  }

  @Override
  public String fingerprint(EngineOptions options) {
    return OneDnn.describe()
        + (options.winograd() ? "" : " direct")
        + ", threads "
        + options.threads();
  }

  @Override
  public long freeMemory() {
    return NativeMemory.free();
  }
}
