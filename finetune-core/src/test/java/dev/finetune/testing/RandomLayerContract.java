package dev.finetune.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.HashBasedTable;
import com.google.common.collect.Table;
import dev.finetune.engine.Batch;
import dev.finetune.engine.TrainableNetwork;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.BasicLayer;
import dev.finetune.graph.layer.Dense;
import dev.finetune.graph.layer.Dropout;
import dev.finetune.graph.layer.Flatten;
import dev.finetune.graph.layer.Input;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.graph.layer.Reshape;
import dev.finetune.graph.layer.Shape;
import dev.finetune.graph.layer.StochasticDepth;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.Weights;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.DoubleStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/**
 * Requires dropout and stochastic depth that drop the right share of values in training, follow the
 * seed, and do nothing in inference. Engines may draw random numbers in different ways. So the
 * tests read the masks from the output: examples of ones pass through dense layers that are the
 * identity.
 */
public interface RandomLayerContract extends EngineUnderTest {

  /** The number of values of an example. */
  int VALUES = 60;

  /** The number of examples of a batch. */
  int EXAMPLES = 50;

  /** The dropout rate. */
  double RATE = 0.25;

  @Test
  default void should_drop_values_and_scale_the_others_up() {
    requireShareOfValues(new Dropout(RATE), Shape.vector(VALUES));
  }

  @Test
  default void should_drop_values_of_images() {
    requireShareOfValues(new Dropout(RATE), Shape.image(3, 4, 5));
  }

  private void requireShareOfValues(Dropout dropout, Shape shape) {
    try (TrainableNetwork network = network(shape, dropout)) {
      double[] mask = mask(network, 1).flatten();
      requireKeptOrDropped(mask);
      requireShare(mask, RATE);
    }
  }

  @Test
  default void should_leave_out_whole_examples() {
    for (Shape shape : List.of(Shape.vector(VALUES), Shape.image(3, 4, 5))) {
      try (TrainableNetwork network = network(shape, new StochasticDepth(RATE))) {
        double[] all = {};
        for (int seed = 0; seed < 5; seed++) {
          Mask mask = mask(network, seed);
          for (float[] example : mask.logits()) {
            assertThat(Differences.doubles(example)).containsOnly(example[0]);
          }
          all = DoubleStream.concat(DoubleStream.of(all), mask.firsts()).toArray();
        }
        requireKeptOrDropped(all);
        requireShare(all, RATE);
      }
    }
  }

  /** Checks that two layers do not drop the same values. */
  @Test
  default void should_draw_for_each_layer() {
    try (TrainableNetwork network =
        network(Shape.vector(VALUES), new Dropout(RATE), new Dropout(RATE))) {
      requireShare(mask(network, 1).flatten(), 1 - (1 - RATE) * (1 - RATE));
    }
  }

  @Test
  default void should_draw_the_same_for_a_seed_and_other_values_for_another() {
    for (BasicLayer layer : List.of(new Dropout(RATE), new StochasticDepth(RATE))) {
      try (TrainableNetwork network = network(Shape.vector(VALUES), layer);
          TrainableNetwork again = network(Shape.vector(VALUES), layer)) {
        double[] first = mask(network, 7).flatten();

        assertThat(mask(network, 8).flatten()).isNotEqualTo(first);
        assertThat(mask(network, 7).flatten()).isEqualTo(first);
        assertThat(mask(again, 7).flatten()).isEqualTo(first);
      }
    }
  }

  /**
   * Checks that the gradient of each bias is the sum of the gradients of its logits times masks.
   */
  @Test
  default void should_let_the_gradient_through_where_the_value_went() {
    for (BasicLayer layer : List.of(new Dropout(RATE), new StochasticDepth(RATE))) {
      for (Shape shape : List.of(Shape.vector(VALUES), Shape.image(3, 4, 5))) {
        try (TrainableNetwork network = network(shape, layer)) {
          float[][] factors = factors();
          float[][] mask = Passes.forward(network, ones(), 3, factors);
          float[] bias = Passes.gradients(network).tensor("before", ParameterRole.BIAS).values();
          double[] expected = new double[VALUES];
          for (int i = 0; i < EXAMPLES; i++) {
            for (int k = 0; k < VALUES; k++) {
              expected[k] += (double) mask[i][k] * factors[i][k];
            }
          }
          Differences.requireNear(bias, expected, 1e-5, "gradient of the bias");
        }
      }
    }
  }

  @Test
  default void should_leave_nothing_out_in_inference() {
    for (BasicLayer layer : List.of(new Dropout(RATE), new StochasticDepth(RATE))) {
      try (TrainableNetwork network = network(Shape.vector(VALUES), layer)) {
        mask(network, 1);
        for (float[] logits : network.logits(ones())) {
          assertThat(logits).containsOnly(1f);
        }
      }
    }
  }

  /**
   * The masks of a batch.
   *
   * @param logits the logits of a batch of ones, by example: 0 where a value was dropped
   */
  record Mask(List<float[]> logits) {

    double[] flatten() {
      return logits.stream()
          .flatMapToDouble(example -> DoubleStream.of(Differences.doubles(example)))
          .toArray();
    }

    DoubleStream firsts() {
      return logits.stream().mapToDouble(example -> example[0]);
    }
  }

  private static Mask mask(TrainableNetwork network, long seed) {
    return new Mask(List.of(Passes.forward(network, ones(), seed, factors())));
  }

  private static void requireKeptOrDropped(double... mask) {
    for (double value : mask) {
      if (value != 0) {
        assertThat(value).isCloseTo(1 / (1 - RATE), Offset.offset(1e-6));
      }
    }
  }

  /**
   * Checks a share to within five standard deviations: a correct engine fails for about one seed in
   * a million.
   */
  private static void requireShare(double[] mask, double dropped) {
    double share = DoubleStream.of(mask).filter(value -> value == 0).count();
    double deviation = Math.sqrt(dropped * (1 - dropped) / mask.length);
    assertThat(share / mask.length).isCloseTo(dropped, Offset.offset(5 * deviation));
  }

  private static Batch ones() {
    float[] ones = new float[VALUES];
    Arrays.fill(ones, 1);
    return Batch.of(Collections.nCopies(EXAMPLES, new float[][] {ones}));
  }

  private static float[][] factors() {
    float[][] factors = new float[EXAMPLES][];
    for (int i = 0; i < EXAMPLES; i++) {
      factors[i] = EngineCase.noise(VALUES, i);
    }
    return factors;
  }

  private TrainableNetwork network(Shape shape, BasicLayer... layers) {
    LayerGraph.Builder graph =
        LayerGraph.builder()
            .add("in", new Input(Shape.vector(VALUES)))
            .then("before", new Dense(VALUES, Activation.LINEAR));
    if (!shape.flat()) {
      graph.then("image", new Reshape(shape.channels(), shape.height(), shape.width()));
    }
    for (int i = 0; i < layers.length; i++) {
      graph.then("random" + i, layers[i]);
    }
    if (!shape.flat()) {
      graph.then("flat", new Flatten());
    }
    graph.then("logits", new Dense(VALUES, Activation.LINEAR));
    float[] same = new float[VALUES * VALUES];
    for (int i = 0; i < VALUES; i++) {
      same[i * VALUES + i] = 1;
    }
    Table<String, ParameterRole, Tensor> weights = HashBasedTable.create();
    for (String name : List.of("before", "logits")) {
      weights.put(name, ParameterRole.KERNEL, Tensor.of(List.of(VALUES, VALUES), same));
      weights.put(name, ParameterRole.BIAS, Tensor.of(List.of(VALUES), new float[VALUES]));
    }
    return new EngineCase(graph.build(), Set.of(), Weights.of(weights))
        .training(engine(), options());
  }
}
