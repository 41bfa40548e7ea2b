package dev.finetune.train;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * How a parameter learns.
 *
 * @param rate factor of the learning rate, 0 or more and finite
 * @param decay factor of the optimizer's weight decay, 0 or more and finite; 0 for none. It has no
 *     effect with an optimizer that has no weight decay
 */
public record ParameterGroup(double rate, double decay) {

  /** The learning rate and the weight decay as they are. */
  public static final ParameterGroup WHOLE = new ParameterGroup(1, 1);

  public ParameterGroup {
    checkArgument(
        rate >= 0 && Double.isFinite(rate) && decay >= 0 && Double.isFinite(decay),
        "rate and decay of a parameter group must be >= 0 and finite, got %s and %s",
        rate,
        decay);
  }
}
