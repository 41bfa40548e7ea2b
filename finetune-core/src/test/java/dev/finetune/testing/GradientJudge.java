package dev.finetune.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finetune.engine.Engine;
import dev.finetune.engine.EngineOptions;
import dev.finetune.engine.NormPolicy;
import dev.finetune.engine.TrainableNetwork;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.BatchNorm;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.testing.reference.DoubleWeights;
import dev.finetune.testing.reference.FiniteDifferences;
import dev.finetune.testing.reference.Reference;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.Weights;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Compares the gradients of an engine with finite differences. It checks each value of small
 * tensors. For large tensors it checks some values, and derivatives along random directions that
 * involve all values.
 *
 * @param judged the network
 * @param norms the statistics of its batch normalisation
 * @param batch the number of examples
 */
record GradientJudge(EngineCase judged, NormPolicy norms, int batch) {

  private static final int WHOLE = 40;
  private static final int SINGLE = 12;
  private static final int DIRECTIONS = 3;

  /**
   * The minimum distance to a kink. Closer than this, float32 rounding or a finite difference could
   * cross it.
   */
  private static final double MARGIN = 2e-5;

  /** Chooses random weights for which no value is near a kink. */
  static GradientJudge of(LayerGraph graph, Set<String> frozen, int batch) {
    for (long seed = 1; seed < 1000; seed++) {
      GradientJudge judge =
          new GradientJudge(EngineCase.of(graph, frozen, seed), NormPolicy.ownMomentum(), batch);
      if (judge.reference().pass(judge.judged.batch(batch)).margin() > MARGIN) {
        return judge;
      }
    }
    throw new IllegalStateException(
        "A seed must give values that are not near a kink, got none for " + graph.nodes());
  }

  /** Returns the reference of the network in training mode. */
  Reference reference() {
    Set<String> byBatch = new HashSet<>();
    for (Node node : judged.graph().nodes()) {
      if (node.layer() instanceof BatchNorm
          && !judged.frozen().contains(node.name())
          && !norms.keeps(node.name())) {
        byBatch.add(node.name());
      }
    }
    return new Reference(judged.graph(), DoubleWeights.of(judged.weights()), byBatch);
  }

  /** Checks the logits of training mode and all gradients. */
  void requireGradients(Engine engine, EngineOptions options) {
    try (TrainableNetwork network = judged.training(engine, norms, options)) {
      float[][] factors = judged.factors(batch);
      float[][] logits = Passes.forward(network, judged.batch(batch), 1, factors);
      Weights gradients = Passes.gradients(network);
      double tolerance = Rounding.ofGradients(judged.graph(), batch);
      Reference reference = reference();
      Reference.Pass expected = reference.pass(judged.batch(batch));
      for (int i = 0; i < batch; i++) {
        String output = judged.graph().outputs().get(0);
        Differences.requireNear(logits[i], expected.of(output).example(i), tolerance, "logits");
      }
      requireGradients(
          gradients, new FiniteDifferences(reference, judged.batch(batch), factors), tolerance);
    }
  }

  private void requireGradients(
      Weights gradients, FiniteDifferences differences, double tolerance) {
    List<Gradient> trained = new ArrayList<>();
    for (String layer : gradients.tensors().rowKeySet()) {
      if (!judged.frozen().contains(layer)) {
        gradients.layer(layer).entrySet().stream()
            .filter(entry -> entry.getKey().learned())
            .forEach(entry -> trained.add(new Gradient(layer, entry.getKey(), entry.getValue())));
      }
    }
    double squares = 0;
    for (Gradient gradient : trained) {
      squares += Math.pow(norm(gradient.tensor), 2);
    }
    for (Gradient gradient : trained) {
      requireGradient(gradient, differences, tolerance, Math.sqrt(squares));
    }
  }

  private record Gradient(String layer, ParameterRole role, Tensor tensor) {}

  /**
   * Checks the gradient of a tensor. The tolerance is relative to the norm of the gradient, or to a
   * tenth of the norm of all gradients if that is larger, because the terms of a gradient may
   * cancel.
   */
  private static void requireGradient(
      Gradient gradient, FiniteDifferences differences, double tolerance, double all) {
    float[] values = gradient.tensor.values();
    double[][] directions = directions(values.length);
    double[] expected = new double[directions.length];
    double[] off = new double[directions.length];
    for (int i = 0; i < directions.length; i++) {
      expected[i] = differences.derivative(gradient.layer, gradient.role, directions[i]);
      off[i] = along(values, directions[i]) - expected[i];
    }
    double share = Math.sqrt((double) directions.length / values.length);
    assertThat(Differences.norm(off))
        .as(
            "distance of the gradient of %s/%s %s from the expected one, which has the norm %s, in"
                + " %s",
            gradient.layer,
            gradient.role,
            gradient.tensor.shape(),
            Differences.norm(expected),
            differences.network().graph().nodes())
        .isLessThanOrEqualTo(tolerance * Math.max(Differences.norm(expected), 0.1 * share * all));
  }

  /** Returns unit vectors: single values, and for large tensors also random directions. */
  private static double[][] directions(int length) {
    SplittableRandom random = new SplittableRandom(length);
    boolean whole = length <= WHOLE;
    int single = whole ? length : SINGLE;
    double[][] directions = new double[single + (whole ? 0 : DIRECTIONS)][length];
    for (int i = 0; i < directions.length; i++) {
      if (i < single) {
        directions[i][whole ? i : random.nextInt(length)] = 1;
      } else {
        for (int k = 0; k < length; k++) {
          directions[i][k] = (random.nextBoolean() ? 1 : -1) / Math.sqrt(length);
        }
      }
    }
    return directions;
  }

  private static double along(float[] values, double[] direction) {
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      sum += values[i] * direction[i];
    }
    return sum;
  }

  private static double norm(Tensor tensor) {
    return Differences.norm(Differences.doubles(tensor.values()));
  }
}
