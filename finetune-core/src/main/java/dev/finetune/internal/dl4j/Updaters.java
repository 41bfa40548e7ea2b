package dev.finetune.internal.dl4j;

import dev.finetune.train.Adam;
import dev.finetune.train.Optimizer;
import org.nd4j.linalg.learning.config.IUpdater;

/** Optimizers in ND4J's terms. */
final class Updaters {

  private Updaters() {}

  static IUpdater of(Optimizer optimizer) {
    if (optimizer instanceof Adam adam) {
      return new org.nd4j.linalg.learning.config.Adam(
          adam.learningRate(), adam.beta1(), adam.beta2(), adam.epsilon());
    }
    throw new IllegalStateException("The engine has no " + optimizer);
  }
}
