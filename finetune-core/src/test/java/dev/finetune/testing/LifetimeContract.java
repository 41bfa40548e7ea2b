package dev.finetune.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.finetune.engine.Availability;
import dev.finetune.engine.Batch;
import dev.finetune.engine.InferenceNetwork;
import dev.finetune.engine.NormPolicy;
import dev.finetune.engine.Parameter;
import dev.finetune.engine.TrainableNetwork;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.BatchNorm;
import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.Dense;
import dev.finetune.graph.layer.Flatten;
import dev.finetune.graph.layer.Input;
import dev.finetune.graph.layer.Padding;
import dev.finetune.graph.layer.Shape;
import dev.finetune.train.BatchNormStatistics;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * Requires a valid name and description, memory estimates that networks do not exceed, and methods
 * that throw {@link IllegalStateException} once a network is closed.
 */
public interface LifetimeContract extends EngineUnderTest {

  /** A network whose activations need more memory than its parameters. */
  EngineCase NETWORK =
      EngineCase.of(
          LayerGraph.builder()
              .add("in", new Input(Shape.image(3, 32, 32)))
              .then("first", new Conv2d(8, 3, 1, Padding.SAME, true, Activation.RELU))
              .then("norm", new BatchNorm(1e-3, 0.9))
              .then("second", new Conv2d(8, 3, 2, Padding.SAME, true, Activation.RELU))
              .then("flat", new Flatten())
              .then("logits", new Dense(3, Activation.LINEAR))
              .build());

  /**
   * The bytes that networks may hold beyond their estimates, for the descriptions of layers in a
   * native library. These are about 650 bytes per tensor, also for networks that were compiled for
   * an estimate and not yet garbage collected.
   */
  long DESCRIPTIONS = 1_000_000;

  @Test
  default void should_have_a_name_of_lower_case_letters_and_digits() {
    assertThat(engine().name()).matches("[a-z][a-z0-9]*");
  }

  @Test
  default void should_say_what_computes_or_why_nothing_does() {
    Availability availability = engine().availability();

    if (availability.computes()) {
      assertThat(availability.preference()).isPositive();
      assertThat(engine().describe()).isNotBlank();
      assertThat(engine().fingerprint(options())).isNotBlank();
    } else {
      assertThat(availability.reason()).isNotBlank();
    }
  }

  @Test
  default void should_estimate_memory_that_grows_with_the_batch() {
    assertThat(engine().freeMemory()).isNotNegative();
    try (InferenceNetwork network = NETWORK.inference(engine(), options())) {
      assertThat(network.bytes(1)).isNotNegative().isLessThanOrEqualTo(network.bytes(8));
    }
    try (TrainableNetwork network = NETWORK.training(engine(), options())) {
      assertThat(network.bytes(0)).isNotNegative().isLessThanOrEqualTo(network.bytes(1));
      assertThat(network.bytes(1)).isLessThanOrEqualTo(network.bytes(8));
    }
  }

  /**
   * Checks a network in which examples depend on each other, and one in which they do not, so an
   * engine may split a batch.
   */
  @Test
  default void should_train_within_its_estimate() {
    Assumptions.assumeTrue(nativeBytes().isPresent());
    requireTrainingWithinEstimate(NETWORK);
    requireTrainingWithinEstimate(EngineCase.of(NETWORK.graph(), Set.of("norm"), 1));
  }

  /** Checks a step, with logits computed before and after. */
  private void requireTrainingWithinEstimate(EngineCase judged) {
    long before = nativeBytes().orElseThrow();
    for (int size : new int[] {16, 32}) {
      try (TrainableNetwork network = judged.training(engine(), options())) {
        requireTaken(before, network.bytes(0));
        long estimate = network.bytes(size);
        network.logits(judged.batch(size));
        Passes.forward(network, judged.batch(size), 1, judged.factors(size));
        network.logits(judged.batch(size));
        requireTaken(before, estimate);
      }
    }
    requireTaken(before, 0);
  }

  @Test
  default void should_compute_within_its_estimate() {
    Assumptions.assumeTrue(nativeBytes().isPresent());
    long before = nativeBytes().getAsLong();
    try (InferenceNetwork network = NETWORK.inference(engine(), options())) {
      for (int size : new int[] {16, 32}) {
        long estimate = network.bytes(size);
        network.outputs(NETWORK.batch(size));
        requireTaken(before, estimate);
      }
    }
    requireTaken(before, 0);
  }

  /** Checks the upper bound only: memory of earlier networks may be freed in the meantime. */
  private void requireTaken(long before, long estimate) {
    assertThat(nativeBytes().orElseThrow() - before).isLessThanOrEqualTo(estimate + DESCRIPTIONS);
  }

  @Test
  default void should_compute_nothing_once_closed() {
    InferenceNetwork network = NETWORK.inference(engine(), options());
    network.outputs(NETWORK.batch(1));
    network.close();
    network.close();

    requireClosed(() -> network.outputs(NETWORK.batch(1)));
    requireClosed(() -> network.bytes(1));
  }

  @Test
  default void should_not_train_once_closed() {
    TrainableNetwork network =
        NETWORK.training(
            engine(), new NormPolicy(BatchNormStatistics.RECOMPUTED, Set.of(), 1), options());
    Batch batch = NETWORK.batch(2);
    Passes.forward(network, batch, 1, NETWORK.factors(2));
    network.observe(batch);
    List<Parameter> parameters = network.parameters();
    network.close();
    network.close();

    requireClosed(() -> network.differentiate(batch, 1, logits -> logits));
    requireClosed(() -> network.logits(batch));
    requireClosed(() -> network.observe(batch));
    requireClosed(network::settle);
    requireClosed(network::weights);
    requireClosed(() -> network.restore(NETWORK.weights()));
    requireClosed(network::finite);
    requireClosed(() -> network.bytes(1));
    for (Parameter parameter : parameters) {
      requireClosed(() -> parameter.read(0, new float[1], 1));
      requireClosed(() -> parameter.write(0, new float[1], 1));
      requireClosed(() -> parameter.gradient(0, new float[1], 1));
    }
  }

  private static void requireClosed(ThrowingCallable use) {
    assertThatIllegalStateException().isThrownBy(use).withMessageContaining("closed");
  }

  /** Checks that closing a network that never computed does not affect others. */
  @Test
  default void should_close_one_network_alone() {
    try (InferenceNetwork other = NETWORK.inference(engine(), options())) {
      float[][] before = other.output(NETWORK.batch(2));
      NETWORK.training(engine(), options()).close();
      NETWORK.inference(engine(), options()).close();
      assertThat(other.output(NETWORK.batch(2))).isDeepEqualTo(before);
    }
  }
}
