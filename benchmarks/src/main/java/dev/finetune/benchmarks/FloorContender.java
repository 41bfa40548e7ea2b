package dev.finetune.benchmarks;

import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.Dense;
import java.util.ArrayList;
import java.util.List;

/**
 * The floor of a step over the tail: every convolution and dense layer as single primitives of
 * oneDNN, each in the fastest algorithm for its shape, without reordering, pooling or update in
 * between.
 */
final class FloorContender implements TrainingContender {

  private final List<BarePrimitive> primitives = new ArrayList<>();

  FloorContender(Task task, int batchSize) {
    for (Task.Work work : task.work()) {
      List<BarePrimitive.Pass> passes = new ArrayList<>(List.of(BarePrimitive.Pass.FORWARD));
      if (work.kernelGradient()) {
        passes.add(BarePrimitive.Pass.WEIGHT_GRADIENT);
      }
      if (work.inputGradient()) {
        passes.add(BarePrimitive.Pass.INPUT_GRADIENT);
      }
      for (BarePrimitive.Pass pass : passes) {
        if (work.node().layer() instanceof Conv2d conv) {
          primitives.add(
              BarePrimitive.convolution(conv, work.input(), work.node().output(), batchSize, pass));
        } else if (work.node().layer() instanceof Dense dense) {
          primitives.add(
              BarePrimitive.dense(work.input().channels(), dense.units(), batchSize, pass));
        }
      }
    }
  }

  @Override
  public void step() {
    primitives.forEach(BarePrimitive::run);
  }

  @Override
  public String describe() {
    return "bare oneDNN primitives";
  }

  @Override
  public void close() {
    primitives.clear();
  }
}
