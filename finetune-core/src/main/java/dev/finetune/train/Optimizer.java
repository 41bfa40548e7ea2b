package dev.finetune.train;

import java.util.Map;

/** How gradients become updates. */
public sealed interface Optimizer permits Adam {

  /** Its name in reports and provenance, such as {@code adam}. */
  String name();

  /** The step size, over 0. */
  double learningRate();

  /** All its settings by name, the learning rate among them: what is needed to make it again. */
  Map<String, Double> settings();
}
