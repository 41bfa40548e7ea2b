package dev.finetune.benchmarks;

/** A library that trains a task step by step, on the same random images as the others. */
interface TrainingContender extends AutoCloseable {

  /** Trains one step: forward, backward, update. */
  void step();

  /** Returns the library that computes and its backend. */
  String describe();

  @Override
  void close();
}
