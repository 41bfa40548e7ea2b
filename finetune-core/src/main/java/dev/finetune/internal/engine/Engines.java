package dev.finetune.internal.engine;

import dev.finetune.engine.ConvolutionPath;
import dev.finetune.graph.LayerGraph;
import dev.finetune.internal.dl4j.Backend;
import dev.finetune.internal.dl4j.Dl4jInference;
import dev.finetune.internal.dl4j.Dl4jTraining;
import dev.finetune.internal.network.InferenceNetwork;
import dev.finetune.internal.network.NormPolicy;
import dev.finetune.internal.network.ParameterUpdater;
import dev.finetune.internal.network.TrainableNetwork;
import dev.finetune.internal.onednn.AdamUpdater;
import dev.finetune.internal.onednn.OneDnn;
import dev.finetune.internal.onednn.OneDnnInference;
import dev.finetune.internal.onednn.OneDnnTraining;
import dev.finetune.train.Adam;
import dev.finetune.train.Optimizer;
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
  static boolean usesOneDnn(ConvolutionPath path) {
    Backend.require();
    return path == ConvolutionPath.ONEDNN && Backend.isCpu() && OneDnn.available();
  }

  /** A network that gives the outputs of the graph. */
  public static InferenceNetwork inference(
      LayerGraph layers, Weights weights, ConvolutionPath path) {
    return usesOneDnn(path)
        ? new OneDnnInference(layers, weights)
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
      Optimizer optimizer,
      NormPolicy norms,
      ConvolutionPath path) {
    return usesOneDnn(path)
        ? new OneDnnTraining(layers, frozen, weights, norms, count -> updater(optimizer, count))
        : new Dl4jTraining(layers, frozen, weights, norms, optimizer);
  }

  /** The same, with statistics moved by each layer's own momentum. */
  public static TrainableNetwork training(
      LayerGraph layers,
      Set<String> frozen,
      Weights weights,
      Optimizer optimizer,
      ConvolutionPath path) {
    return training(layers, frozen, weights, optimizer, NormPolicy.ownMomentum(), path);
  }

  private static ParameterUpdater updater(Optimizer optimizer, long count) {
    if (optimizer instanceof Adam adam) {
      return new AdamUpdater(adam, count);
    }
    throw new IllegalStateException("The engine has no " + optimizer);
  }

  /** What the bits of a result depend on: the library and its instruction set, not the machine. */
  public static String name(ConvolutionPath path) {
    return usesOneDnn(path) ? OneDnn.describe() : "Deeplearning4j, CPU " + Backend.isCpu();
  }

  /** What computes, for {@code describe()}. */
  public static String describe(ConvolutionPath path) {
    if (usesOneDnn(path)) {
      return OneDnn.describe() + " (saved models: " + Backend.describe() + ")";
    }
    if (path == ConvolutionPath.DL4J) {
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
