package dev.finetune.graph.layer;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Sums and products beyond an int are refused; they do not become small numbers. */
class LargeShapesTest {

  private static final List<Shape> IMAGE = List.of(Shape.image(1, 10, 10));

  /** The sum is 2^32 + 8. */
  @Test
  void should_refuse_padding_beyond_an_int() {
    ZeroPad pad = new ZeroPad(Integer.MAX_VALUE, Integer.MAX_VALUE, 0, 0);

    assertThatThrownBy(() -> pad.outputShape(IMAGE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("The padded size must be at most 2147483647, got 4294967304");
  }

  /** The sum is 2^32 + 2^30. */
  @Test
  void should_refuse_channels_beyond_an_int() {
    List<Shape> inputs = Collections.nCopies(5, Shape.vector(1 << 30));

    assertThatThrownBy(() -> new Concat().outputShape(inputs))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("The number of channels must be at most 2147483647, got 5368709120");
  }

  /** A window of 5 values spans 2^32 + 1 rows. */
  @Test
  void should_refuse_windows_beyond_an_int() {
    Conv2d conv = new Conv2d(1, 5, 1, Padding.VALID, 1 << 30, 1, false, Activation.LINEAR);

    assertThatThrownBy(() -> conv.outputShape(IMAGE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("The span of a window must be at most 2147483647, got 4294967297");
  }
}
