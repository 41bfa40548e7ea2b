package dev.finetune.graph;

import java.util.List;

/**
 * One parameter tensor that a layer needs.
 *
 * @param role what it is for; a layer has at most one tensor per role
 * @param shape its dimensions in the layout that {@link ParameterRole} names
 */
public record ParameterSpec(ParameterRole role, List<Integer> shape) {

  public ParameterSpec {
    shape = List.copyOf(shape);
  }

  /** A tensor of one value for each channel. */
  static ParameterSpec perChannel(ParameterRole role, int channels) {
    return new ParameterSpec(role, List.of(channels));
  }

  /** The number of values. */
  public long count() {
    return shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
  }
}
