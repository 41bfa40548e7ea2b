package dev.finetune.graph.layer;

import static com.google.common.base.Preconditions.checkArgument;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;

/**
 * A fully connected layer: activation(x * kernel + bias) of a vector x.
 *
 * @param units the length of the output vector
 * @param activation the function applied to the result
 */
@JsonTypeName("Dense")
public record Dense(int units, Activation activation) implements ActivatedLayer {

  /**
   * Creates the layer.
   *
   * @param units at least 1
   * @param activation the activation
   * @throws IllegalArgumentException if {@code units} is less than 1
   */
  public Dense {
    checkArgument(units > 0, "units must be >= 1, got %s", units);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    vector(inputs);
    return Shape.vector(units);
  }

  @Override
  public List<ParameterSpec> parameters(List<Shape> inputs) {
    return List.of(
        new ParameterSpec(ParameterRole.KERNEL, List.of(vector(inputs).channels(), units)),
        new ParameterSpec(ParameterRole.BIAS, List.of(units)));
  }

  @Override
  public Dense with(Activation other) {
    return new Dense(units, other);
  }

  @Override
  public String kerasClass() {
    return "dense";
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.visit(this);
  }

  private static Shape vector(List<Shape> inputs) {
    Shape in = Checks.only("Dense", inputs);
    checkArgument(
        in.flat(), "The input of Dense must be a vector (flatten or pool first), got %s", in);
    return in;
  }
}
