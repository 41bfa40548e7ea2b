package dev.finetune.recipe;

import dev.finetune.backbone.Backbone;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.graph.layer.ParameterSpec;
import dev.finetune.weights.Weights;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * The learning rate of Adam for all layers of a pretrained network.
 *
 * <p>A step of Adam changes each value by about the learning rate, whatever the gradients are. So
 * the rate is a share of the size of the values. The share was measured with SqueezeNet, whose best
 * rate is 0.002 and whose kernels have a median root mean square of 0.09.
 *
 * @param learningRate the learning rate
 * @param kernel the median over the kernels of the root mean square of their values; NaN without
 *     kernels
 */
record StepSize(double learningRate, double kernel) {

  /** The largest change of a typical value in a step, as a share of it. */
  private static final double SHARE = 0.022;

  /**
   * The largest learning rate with batch normalisation that keeps its statistics. MobileNetV2
   * learns with 0.001 and fails with 0.002.
   */
  private static final double NORMALISED = 1e-3;

  private static final double LARGEST = 2e-3;

  /**
   * Returns the learning rate for a network.
   *
   * @param normalised whether it has batch normalisation, which keeps its statistics
   */
  static StepSize of(Backbone backbone, boolean normalised) {
    Weights weights = backbone.weights();
    List<Double> sizes = new ArrayList<>();
    for (Node node : backbone.graph().nodes()) {
      for (ParameterSpec spec : node.parameters()) {
        if (spec.role() == ParameterRole.KERNEL) {
          sizes.add(rootMeanSquare(weights.tensor(node.name(), spec).values()));
        }
      }
    }
    double largest = normalised ? NORMALISED : LARGEST;
    if (sizes.isEmpty()) {
      return new StepSize(largest, Double.NaN);
    }
    Collections.sort(sizes);
    double median = sizes.get(sizes.size() / 2);
    return new StepSize(rounded(Math.min(largest, SHARE * median)), median);
  }

  private static double rounded(double rate) {
    return new BigDecimal(rate).round(new MathContext(2)).doubleValue();
  }

  private static double rootMeanSquare(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return Math.sqrt(sum / values.length);
  }

  /** Returns why the rate was chosen. */
  String reason() {
    return Double.isNaN(kernel)
        ? "The learning rate is " + learningRate + "."
        : String.format(
            Locale.ROOT,
            "The learning rate is %s, %.1f %% of the size of a typical weight, %.3f.",
            learningRate,
            100 * learningRate / kernel,
            kernel);
  }
}
