package dev.finetune.graph.layer;

import static com.google.common.base.Preconditions.checkArgument;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;

/** A fully connected layer over a vector. */
@JsonTypeName("Dense")
public record Dense(int units, Activation activation) implements ActivatedLayer {

  public Dense {
    checkArgument(units > 0, "units are positive, got %s", units);
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
    checkArgument(in.flat(), "Dense takes a vector (flatten or pool first), got %s", in);
    return in;
  }
}
