package dev.finetune.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.HashBasedTable;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.Input;
import dev.finetune.graph.layer.Padding;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.graph.layer.Shape;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class TensorProperties {

  @Provide
  Arbitrary<List<Integer>> shapes() {
    return Arbitraries.integers().between(1, 4).list().ofSize(4);
  }

  @Provide
  Arbitrary<List<Integer>> orders() {
    return Arbitraries.shuffle(0, 1, 2, 3);
  }

  private static float at(Tensor t, int... index) {
    int flat = 0;
    for (int i = 0; i < index.length; i++) {
      flat = flat * t.shape().get(i) + index[i];
    }
    return t.values()[flat];
  }

  private static Tensor counting(List<Integer> shape) {
    float[] values = new float[shape.stream().reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    return Tensor.of(shape, values);
  }

  /** Every element must be at its permuted index. */
  @Property(seed = "42")
  void should_permute(
      @ForAll("shapes") List<Integer> shape, @ForAll("orders") List<Integer> order) {
    Tensor t = counting(shape);

    Tensor p = t.permute(order.stream().mapToInt(i -> i).toArray());

    int[] source = new int[4];
    for (int a = 0; a < p.shape().get(0); a++) {
      for (int b = 0; b < p.shape().get(1); b++) {
        for (int c = 0; c < p.shape().get(2); c++) {
          for (int d = 0; d < p.shape().get(3); d++) {
            int[] index = {a, b, c, d};
            for (int i = 0; i < 4; i++) {
              source[order.get(i)] = index[i];
            }
            assertThat(at(p, index)).isEqualTo(at(t, source));
          }
        }
      }
    }
  }

  @Example
  void should_list_every_tensor_that_does_not_fit() {
    LayerGraph graph =
        LayerGraph.builder()
            .add("in", new Input(Shape.image(3, 4, 4)))
            .then("conv", new Conv2d(2, 3, 1, Padding.SAME, true, Activation.LINEAR))
            .then("other", new Conv2d(2, 1, 1, Padding.SAME, true, Activation.LINEAR))
            .build();
    var tensors = HashBasedTable.create(RandomWeights.glorot(graph, 1).tensors());
    tensors.remove("conv", ParameterRole.BIAS);
    tensors.put("other", ParameterRole.BIAS, counting(List.of(3)));
    tensors.put("third", ParameterRole.KERNEL, counting(List.of(1)));

    assertThatThrownBy(() -> Weights.of(tensors).requireMatch(graph, "weights.h5"))
        .isInstanceOf(WeightsException.class)
        .hasMessageContainingAll(
            "weights.h5",
            "3 problems",
            "missing: conv/bias [2]",
            "shape: other/bias expected [2], got [3]",
            "extra: third/kernel");
  }

  /** For 3 x 3 x 8 inputs and 3 x 3 x 16 outputs, Glorot's limit is sqrt(6 / 216) = 1/6. */
  @Example
  void should_draw_kernels_within_the_limit_and_fill_it() {
    LayerGraph graph =
        LayerGraph.builder()
            .add("in", new Input(Shape.image(8, 4, 4)))
            .then("conv", new Conv2d(16, 3, 1, Padding.SAME, true, Activation.LINEAR))
            .build();

    float[] kernel = RandomWeights.glorot(graph, 1).tensor("conv", ParameterRole.KERNEL).values();

    float max = 0;
    double sum = 0;
    for (float v : kernel) {
      max = Math.max(max, Math.abs(v));
      sum += v;
    }
    assertThat(max).isBetween(0.165f, 1 / 6f);
    assertThat(sum / kernel.length).isBetween(-0.01, 0.01);
    assertThat(RandomWeights.glorot(graph, 1).tensor("conv", ParameterRole.BIAS).values())
        .containsOnly(0f);
  }
}
