package dev.finetune.graph.layer;

import static com.google.common.base.Preconditions.checkArgument;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;

/**
 * In training leaves out a whole example's values with probability {@code rate} and scales the
 * others by 1 / (1 - rate), so that a residual block is skipped (G. Huang et al., "Deep Networks
 * with Stochastic Depth", 2016); in inference it does nothing.
 *
 * @param rate the fraction dropped, in [0, 1)
 */
@JsonTypeName("StochasticDepth")
public record StochasticDepth(double rate) implements BasicLayer {

  public StochasticDepth {
    checkArgument(
        rate >= 0 && rate < 1, "stochastic depth is the fraction dropped, in [0, 1); got %s", rate);
  }

  @Override
  public boolean random() {
    return rate > 0;
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Checks.only("StochasticDepth", inputs);
  }

  @Override
  public String kerasClass() {
    return "stochastic_depth";
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.visit(this);
  }
}
