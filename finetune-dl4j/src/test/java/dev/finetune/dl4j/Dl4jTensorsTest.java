package dev.finetune.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finetune.testing.Goldens;
import dev.finetune.weights.Tensor;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Conversions between tensors and arrays. */
class Dl4jTensorsTest {

  @Property(tries = 100, seed = "23")
  void should_return_the_same_tensor_after_both_conversions(
      @ForAll @Size(max = 4) List<@IntRange(min = 1, max = 4) Integer> shape) {
    int count = shape.stream().reduce(1, (a, b) -> a * b);
    Tensor tensor = Tensor.of(shape, Goldens.wave(count, 0.7));

    try (INDArray array = Dl4jTensors.array(tensor)) {
      assertThat(array.closeable()).isTrue();
      assertThat(array.dataType()).isEqualTo(DataType.FLOAT);
      assertThat(array.shape()).isEqualTo(shape.stream().mapToLong(i -> i).toArray());
      assertThat(Dl4jTensors.tensor(array)).isEqualTo(tensor);
      assertThat(Dl4jTensors.tensor(array.dup('f'))).isEqualTo(tensor);
    }
  }

  @Property(tries = 50, seed = "29")
  void should_read_a_permuted_view_as_it_is_indexed(
      @ForAll @IntRange(min = 1, max = 4) int a,
      @ForAll @IntRange(min = 1, max = 4) int b,
      @ForAll @IntRange(min = 1, max = 4) int c) {
    Tensor tensor = Tensor.of(List.of(a, b, c), Goldens.wave(a * b * c, 0.3));

    try (INDArray array = Dl4jTensors.array(tensor)) {
      assertThat(Dl4jTensors.tensor(array.permute(2, 0, 1))).isEqualTo(tensor.permute(2, 0, 1));
    }
  }

  @Test
  void should_convert_empty_arrays_and_refuse_booleans() {
    Tensor none = Tensor.of(List.of(0, 3), new float[0]);

    assertThat(Dl4jTensors.tensor(Dl4jTensors.array(none))).isEqualTo(none);
    assertThatThrownBy(() -> Dl4jTensors.tensor(Nd4j.createFromArray(true, false)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The array must be numeric, got the type BOOL");
  }
}
