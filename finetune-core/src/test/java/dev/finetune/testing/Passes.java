package dev.finetune.testing;

import dev.finetune.engine.Batch;
import dev.finetune.engine.Parameter;
import dev.finetune.engine.TrainableNetwork;
import dev.finetune.weights.Weights;

/** Runs passes of a trainable network. */
final class Passes {

  private Passes() {}

  /** Computes gradients and returns the logits of training mode. */
  static float[][] forward(TrainableNetwork network, Batch batch, long seed, float[][] factors) {
    float[][][] logits = new float[1][][];
    network.differentiate(
        batch,
        seed,
        given -> {
          logits[0] = new float[given.length][];
          for (int i = 0; i < given.length; i++) {
            logits[0][i] = given[i].clone();
          }
          return factors;
        });
    return logits[0];
  }

  /**
   * Returns the gradients of the last pass in the layouts of {@link
   * dev.finetune.graph.layer.ParameterRole}. An engine returns gradients in its own order, which is
   * also that of its values. So this method writes the gradients as values, reads them as weights,
   * and restores the values. Tensors that do not train have their values.
   */
  static Weights gradients(TrainableNetwork network) {
    Weights before = network.weights();
    for (Parameter parameter : network.parameters()) {
      parameter.write(0, gradient(parameter), length(parameter));
    }
    Weights gradients = network.weights();
    network.restore(before);
    return gradients;
  }

  /** Returns the gradient of a parameter in the order of the engine. */
  static float[] gradient(Parameter parameter) {
    float[] values = new float[length(parameter)];
    parameter.gradient(0, values, values.length);
    return values;
  }

  /** Returns the values of a parameter in the order of the engine. */
  static float[] read(Parameter parameter) {
    float[] values = new float[length(parameter)];
    parameter.read(0, values, values.length);
    return values;
  }

  /** Returns the number of values of a parameter. */
  static int length(Parameter parameter) {
    return Math.toIntExact(parameter.spec().count());
  }
}
