package dev.finetune.graph.layer;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.math.LongMath;
import java.util.List;
import java.util.Locale;

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

  /** Returns the spec of a tensor of one value for each channel. */
  static ParameterSpec perChannel(ParameterRole role, int channels) {
    return new ParameterSpec(role, List.of(channels));
  }

  /**
   * Checks that an array can hold it.
   *
   * @throws IllegalArgumentException if it has more than {@code Integer.MAX_VALUE} values
   */
  public void requireArray() {
    long count =
        shape.stream().mapToLong(Integer::longValue).reduce(1, LongMath::saturatedMultiply);
    checkArgument(
        count <= Integer.MAX_VALUE,
        "a layer's tensor has at most %s values, and its %s of %s would have %s; choose fewer units"
            + " or filters, or a smaller input, by pooling for instance",
        Integer.MAX_VALUE,
        role.name().toLowerCase(Locale.ROOT),
        shape,
        count);
  }

  /** Returns the number of values. */
  public long count() {
    return shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
  }
}
