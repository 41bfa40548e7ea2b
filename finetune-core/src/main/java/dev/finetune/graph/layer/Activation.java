package dev.finetune.graph.layer;

/** An element-wise activation function, or softmax over the channels. */
public enum Activation {
  /** f(x) = x. */
  LINEAR,
  /** max(0, x). */
  RELU,
  /** min(max(0, x), 6), as in MobileNet. */
  RELU6,
  /** x if x > 0, else 0.01 x. */
  LEAKY_RELU,
  /** x if x > 0, else exp(x) - 1. */
  ELU,
  /** The hyperbolic tangent, tanh(x). */
  TANH,
  /** 1 / (1 + exp(-x)). */
  SIGMOID,
  /** x * sigmoid(x), also called SiLU. */
  SWISH,
  /** min(max(0, x + 3), 6) / 6, as in MobileNetV3. */
  HARD_SIGMOID,
  /** x * hard sigmoid(x), as in MobileNetV3. */
  HARD_SWISH,
  /** x times the standard normal distribution function of x: x / 2 * (1 + erf(x / sqrt(2))). */
  GELU,
  /** exp(x) divided by the sum of exp over all values of a vector. */
  SOFTMAX
}
