package dev.finetune.internal.dl4j;

import static java.util.Objects.requireNonNullElse;

import com.google.common.base.Suppliers;
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
import java.util.function.Supplier;

/**
 * The engine {@code dl4j}, which computes with Deeplearning4j's layers on the application's ND4J
 * backend: on a GPU, or on a CPU, where it is about ten times slower than oneDNN.
 */
public final class Dl4jEngine implements Engine {

  /** Memoized, because the class path needs to be searched only once. */
  private final Supplier<Availability> availability = Suppliers.memoize(Dl4jEngine::look);

  /** Creates an engine. It loads no native code. */
  public Dl4jEngine() {}

  @Override
  public String name() {
    return "dl4j";
  }

  @Override
  public void prepare() {
    OpenMp.prepare();
  }

  @Override
  public Availability availability() {
    return availability.get();
  }

  /** Determines the availability. ND4J takes a second to load, so it is loaded only for GPUs. */
  private static Availability look() {
    if (Backend.onlyForCpus() && Backend.hasNatives()) {
      return Availability.with(Availability.FALLBACK);
    }
    try {
      Backend.require();
    } catch (IllegalStateException e) {
      return Availability.missing(requireNonNullElse(e.getMessage(), e.toString()));
    }
    return Availability.with(Backend.isCpu() ? Availability.FALLBACK : Availability.GPU);
  }

  @Override
  public InferenceNetwork inference(LayerGraph graph, Weights weights, EngineOptions options) {
    Backend.require();
    return new Dl4jInference(graph, weights);
  }

  @Override
  public TrainableNetwork training(
      LayerGraph graph,
      Set<String> frozen,
      Weights weights,
      NormPolicy norms,
      EngineOptions options) {
    Backend.require();
    return new Dl4jTraining(graph, frozen, weights, norms);
  }

  @Override
  public String describe() {
    return "Deeplearning4j " + Backend.deeplearning4jVersion() + ", " + Backend.describe();
  }

  @Override
  public String fingerprint(EngineOptions options) {
    return describe() + ", OMP_NUM_THREADS " + System.getenv("OMP_NUM_THREADS");
  }

  @Override
  public long freeMemory() {
    return NativeMemory.free();
  }
}
