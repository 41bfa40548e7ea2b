package dev.finetune.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finetune.testing.RandomBackbones;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.WeightsException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SourceHeadTest {

  private static Tensor tensor(int... shape) {
    List<Integer> dimensions = Arrays.stream(shape).boxed().toList();
    return Tensor.of(dimensions, new float[dimensions.stream().reduce(1, (a, b) -> a * b)]);
  }

  @Test
  void should_be_read_when_it_is_needed() {
    int[] reads = {0};
    SourceHead head =
        new SourceHead(
            3,
            2,
            List.of("cat", "dog"),
            () -> {
              reads[0]++;
              return new SourceHead.Layer(tensor(3, 2), tensor(2));
            });
    Backbone backbone = RandomBackbones.backbone(3, 3);
    Backbone with = backbone.withSourceHead(head);

    assertThat(backbone.sourceHead()).isEmpty();
    assertThat(with.sourceHead()).contains(head);
    assertThat(with.graph()).isSameAs(backbone.graph());
    assertThat(with.weights()).isSameAs(backbone.weights());
    assertThat(reads[0]).isZero();
    assertThat(head.read().kernel().shape()).containsExactly(3, 2);
    assertThat(reads[0]).isEqualTo(1);
  }

  @Test
  void should_refuse_values_that_do_not_fit() {
    float[] bad = {0, Float.NaN};
    assertThatThrownBy(() -> SourceHead.of(tensor(3, 2), tensor(3)))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("shape: bias expected [2], got [3]");
    assertThatThrownBy(() -> SourceHead.of(tensor(3, 2), Tensor.of(List.of(2), bad)))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("bias has NaN at value 1");
    assertThatThrownBy(() -> SourceHead.of(tensor(6), tensor(2)))
        .hasMessage("kernel must have the shape [features, classes], got [6]");
    assertThatThrownBy(() -> SourceHead.of(tensor(3, 1), tensor(1)))
        .hasMessage("classes must be >= 2, got 1");
    assertThatThrownBy(() -> new SourceHead(0, 2, List.of(), () -> null))
        .hasMessage("features must be >= 1, got 0");
    assertThatThrownBy(() -> new SourceHead(3, 2, List.of("cat"), () -> null))
        .hasMessage("classNames must be empty or have 2 names, got 1");
  }
}
