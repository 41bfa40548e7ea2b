package dev.finetune.benchmarks;

/** A library that trains a task, one step at a time, on the same random images. */
interface TrainingContender extends AutoCloseable {

  /** One step: forward, backward, update. */
  void step();

  /** What computes, and where. */
  String describe();

  @Override
  void close();
}
