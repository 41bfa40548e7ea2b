package dev.finetune.train;

/** How gradients become updates. */
public sealed interface Optimizer permits Adam {}
