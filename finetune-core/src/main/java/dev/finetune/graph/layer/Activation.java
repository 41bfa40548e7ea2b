package dev.finetune.graph.layer;

/** An element-wise non-linearity, or softmax over the channels. */
public enum Activation {
  /** f(x) = x. */
  LINEAR,
  /** max(0, x). */
  RELU,
  /** min(max(0, x), 6), as in MobileNet. */
  RELU6,
  /** x for x over 0, else 0.01 x. */
  LEAKY_RELU,
  /** x for x over 0, else exp(x) - 1. */
  ELU,
  /** Hyperbolic tangent. */
  TANH,
  /** 1 / (1 + exp(-x)). */
  SIGMOID,
  /** x * sigmoid(x), also called SiLU. */
  SWISH,
  /** min(max(0, x + 3), 6) / 6, as in MobileNetV3. */
  HARD_SIGMOID,
  /** x * hard sigmoid(x), as in MobileNetV3. */
  HARD_SWISH,
  /** x times the normal distribution's share under x: x / 2 * (1 + erf(x / sqrt(2))). */
  GELU,
  /** exp(x) normalised over the last dimension of a vector. */
  SOFTMAX
}
