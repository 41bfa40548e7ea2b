package dev.finetune.internal.engine;

import dev.finetune.engine.ConvolutionPath;
import dev.finetune.engine.EngineOptions;
import dev.finetune.graph.LayerGraph;
import dev.finetune.internal.dl4j.Backend;
import dev.finetune.internal.dl4j.Dl4jInference;
import dev.finetune.internal.dl4j.Dl4jTraining;
import dev.finetune.internal.network.InferenceNetwork;
import dev.finetune.internal.network.NormPolicy;
import dev.finetune.internal.network.TrainableNetwork;
import dev.finetune.internal.onednn.OneDnn;
import dev.finetune.internal.onednn.OneDnnInference;
import dev.finetune.internal.onednn.OneDnnTraining;
import dev.finetune.weights.Weights;
import java.util.Set;

/** Makes networks that compute and that train. */
public final class Engines {

  private Engines() {}

  /**
   * Whether oneDNN computes. It is for CPUs; where there is a GPU backend, that is used.
   *
   * @throws IllegalStateException if the application has no ND4J backend
   */
  static boolean usesOneDnn(EngineOptions options) {
    Backend.require();
    return options.convolutions() == ConvolutionPath.ONEDNN
        && Backend.isCpu()
        && OneDnn.available();
  }

  /** A network that gives the outputs of the graph. */
  public static InferenceNetwork inference(
      LayerGraph layers, Weights weights, EngineOptions options) {
    return usesOneDnn(options)
        ? new OneDnnInference(layers, weights, options)
        : new Dl4jInference(layers, weights);
  }

  /**
   * A network that trains.
   *
   * @param layers ends in one output, the logits
   * @param frozen layers of it that keep their values
   * @param norms where trained batch normalisation has its statistics from
   */
  public static TrainableNetwork training(
      LayerGraph layers,
      Set<String> frozen,
      Weights weights,
      NormPolicy norms,
      EngineOptions options) {
    return usesOneDnn(options)
        ? new OneDnnTraining(layers, frozen, weights, norms, options)
        : new Dl4jTraining(layers, frozen, weights, norms);
  }

  /**
   * What the bits of an inference depend on: the library, its instruction set and algorithms, and
   * the number of threads, by which oneDNN chooses how to split sums.
   */
  public static String name(EngineOptions options) {
    if (!usesOneDnn(options)) {
      return "Deeplearning4j, CPU " + Backend.isCpu();
    }
    return OneDnn.describe()
        + (options.winograd() ? "" : " direct")
        + ", threads "
        + options.threads();
  }

  /** What computes, for {@code describe()}. */
  public static String describe(EngineOptions options) {
    if (usesOneDnn(options)) {
      return OneDnn.describe() + " (saved models: " + Backend.describe() + ")";
    }
    if (options.convolutions() == ConvolutionPath.DL4J) {
      return "Deeplearning4j im2col, by choice: " + Backend.describe();
    }
    return Backend.isCpu()
        ? "Deeplearning4j im2col, as oneDNN is off: "
            + OneDnn.describe()
            + "; "
            + Backend.describe()
        : "Deeplearning4j: " + Backend.describe();
  }
}
