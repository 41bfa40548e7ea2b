package dev.finetune.train;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * Adam (D. Kingma, J. Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015).
 *
 * @param learningRate step size, over 0
 * @param beta1 decay of the mean gradient, in [0, 1)
 * @param beta2 decay of the mean squared gradient, in [0, 1)
 * @param epsilon added to the root of the latter, over 0; Keras' 1e-7 by default
 */
public record Adam(double learningRate, double beta1, double beta2, double epsilon)
    implements Optimizer {

  public Adam {
    checkArgument(learningRate > 0, "The learning rate is over 0, got %s", learningRate);
    checkArgument(
        beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1,
        "beta1 and beta2 are in [0, 1), got %s and %s",
        beta1,
        beta2);
    checkArgument(epsilon > 0, "epsilon is over 0, got %s", epsilon);
  }

  /** Adam with Keras' defaults: 0.9, 0.999, 1e-7. */
  public static Adam adam(double learningRate) {
    return new Adam(learningRate, 0.9, 0.999, 1e-7);
  }
}
