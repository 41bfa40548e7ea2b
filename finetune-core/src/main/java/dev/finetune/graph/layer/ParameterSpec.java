package dev.finetune.graph.layer;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.math.LongMath;
import java.util.List;
import java.util.Locale;

/**
 * The role and shape of a parameter tensor that a layer needs.
 *
 * @param role the role of the tensor; a layer has at most one tensor per role
 * @param shape the dimensions in the layout of the {@link ParameterRole}
 */
public record ParameterSpec(ParameterRole role, List<Integer> shape) {

  /**
   * Creates a spec.
   *
   * @param role the role of the tensor
   * @param shape copied
   */
  public ParameterSpec {
    shape = List.copyOf(shape);
  }

  /** Returns the spec of a tensor with one value per channel. */
  static ParameterSpec perChannel(ParameterRole role, int channels) {
    return new ParameterSpec(role, List.of(channels));
  }

  /**
   * Checks that an array can hold the tensor.
   *
   * @throws IllegalArgumentException if the tensor has more than {@link Integer#MAX_VALUE} values
   */
  public void requireArray() {
    long count =
        shape.stream().mapToLong(Integer::longValue).reduce(1, LongMath::saturatedMultiply);
    checkArgument(
        count <= Integer.MAX_VALUE,
        "A tensor must have at most %s values, got %s for the %s of shape %s; choose fewer units or"
            + " filters, or a smaller input, for example by pooling",
        Integer.MAX_VALUE,
        count,
        role.name().toLowerCase(Locale.ROOT),
        shape);
  }

  /**
   * Returns the number of values.
   *
   * @return the product of the dimensions
   * @throws ArithmeticException if it does not fit into a long
   */
  public long count() {
    return shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
  }
}
