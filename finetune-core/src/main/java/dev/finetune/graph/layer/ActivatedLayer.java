package dev.finetune.graph.layer;

/** A basic layer that ends in an activation. */
public sealed interface ActivatedLayer extends BasicLayer permits Conv2d, Dense {

  /** Returns the activation that it ends in; {@link Activation#LINEAR} is none. */
  Activation activation();

  /** Returns a copy with that activation. */
  ActivatedLayer with(Activation other);
}
