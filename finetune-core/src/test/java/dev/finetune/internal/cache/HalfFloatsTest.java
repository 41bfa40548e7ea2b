package dev.finetune.internal.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.finetune.testing.Goldens;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import org.junit.jupiter.api.Test;

class HalfFloatsTest {

  /** The golden file has numpy's float16 of ties, subnormals and the ends of ranges. */
  @Test
  void should_round_as_numpy_does() {
    JsonNode golden = Goldens.read("halves.json");
    assertThat(golden.get("floats")).isNotEmpty();
    for (int i = 0; i < golden.get("floats").size(); i++) {
      float value = (float) golden.get("floats").get(i).asDouble();
      short half = (short) golden.get("halves").get(i).asInt();
      assertThat(HalfFloats.encode(value)).as("%s", value).isEqualTo(half);
      assertThat(HalfFloats.encode(-value)).as("-%s", value).isEqualTo((short) (half | 0x8000));
    }
  }

  @Test
  void should_round_trip_every_finite_half() {
    for (int bits = 0; bits <= 0xffff; bits++) {
      if ((bits & 0x7c00) != 0x7c00) {
        assertThat(HalfFloats.encode(HalfFloats.decode((short) bits))).isEqualTo((short) bits);
      }
    }
  }

  @Property(seed = "42")
  void should_be_within_half_a_unit_in_the_last_place(
      @ForAll @FloatRange(min = -65504, max = 65504) float value) {
    double error = Math.abs(HalfFloats.decode(HalfFloats.encode(value)) - (double) value);

    assertThat(error).isLessThanOrEqualTo(Math.max(Math.abs(value) * 0x1p-11, 0x1p-25));
  }

  @Test
  void should_keep_to_the_largest_finite_value_and_refuse_nan() {
    assertThat(HalfFloats.decode(HalfFloats.encode(1e9f))).isEqualTo(65504f);
    assertThat(HalfFloats.decode(HalfFloats.encode(Float.NEGATIVE_INFINITY))).isEqualTo(-65504f);
    assertThatThrownBy(() -> HalfFloats.encode(Float.NaN))
        .isInstanceOf(ArithmeticException.class)
        .hasMessageContaining("NaN");
  }
}
