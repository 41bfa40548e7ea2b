package dev.finetune.train;

import static com.google.common.base.Preconditions.checkArgument;

import dev.finetune.annotation.Experimental;

/**
 * The factors with which a parameter learns.
 *
 * @param rate the factor for the learning rate, at least 0 and finite
 * @param decay the factor for the optimizer's weight decay, at least 0 and finite; no effect with
 *     an optimizer without weight decay
 */
@Experimental
public record ParameterGroup(double rate, double decay) {

  /** The group with the unchanged learning rate and weight decay. */
  public static final ParameterGroup WHOLE = new ParameterGroup(1, 1);

  /**
   * Creates a group.
   *
   * @param rate the factor for the learning rate, at least 0 and finite
   * @param decay the factor for the weight decay, at least 0 and finite
   * @throws IllegalArgumentException if a value is outside its range
   */
  public ParameterGroup {
    checkArgument(
        rate >= 0 && Double.isFinite(rate) && decay >= 0 && Double.isFinite(decay),
        "rate and decay of a parameter group must be >= 0 and finite, got %s and %s",
        rate,
        decay);
  }
}
