package dev.finetune.testing;

import dev.finetune.engine.Batch;
import dev.finetune.engine.Parameter;
import dev.finetune.engine.TrainableNetwork;
import dev.finetune.weights.Weights;

/** Passes through a network that trains. */
final class Passes {

  private Passes() {}

  /** Computes gradients, and returns the logits in training mode. */
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
   * Returns the gradients of the last pass in the layouts of roles. An engine has them in an order
   * of its own, the same as that of values: they are written as values and read as weights. What
   * does not train has the value that it had.
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

  static float[] gradient(Parameter parameter) {
    float[] values = new float[length(parameter)];
    parameter.gradient(0, values, values.length);
    return values;
  }

  static float[] read(Parameter parameter) {
    float[] values = new float[length(parameter)];
    parameter.read(0, values, values.length);
    return values;
  }

  static int length(Parameter parameter) {
    return Math.toIntExact(parameter.spec().count());
  }
}
