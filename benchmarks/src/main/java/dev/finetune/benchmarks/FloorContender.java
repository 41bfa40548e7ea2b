package dev.finetune.benchmarks;

import dev.finetune.FineTunePlan;
import dev.finetune.graph.Layer;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.internal.training.Cut;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The floor of a step over the tail: every convolution and dense layer as bare primitives of
 * oneDNN, each in the fastest algorithm that it has for the shape, layouts and memory given;
 * nothing between them, no pooling, no update.
 */
final class FloorContender implements TrainingContender {

  private final List<BarePrimitive> primitives = new ArrayList<>();

  FloorContender(Task task, int batchSize) {
    FineTunePlan plan = task.plan();
    Cut cut = Cut.of(plan.network(), plan.frozenLayers());
    LayerGraph tail = cut.tail();
    Set<String> moving = new HashSet<>();
    for (Node node : tail.nodes()) {
      boolean trained =
          node.learnedParameterCount() > 0 && !cut.frozenInTail().contains(node.name());
      boolean inputMoves = node.inputs().stream().anyMatch(moving::contains);
      if (trained || inputMoves) {
        moving.add(node.name());
      }
      List<BarePrimitive.Pass> passes = new ArrayList<>(List.of(BarePrimitive.Pass.FORWARD));
      if (trained) {
        passes.add(BarePrimitive.Pass.WEIGHT_GRADIENT);
      }
      if (inputMoves) {
        passes.add(BarePrimitive.Pass.INPUT_GRADIENT);
      }
      for (BarePrimitive.Pass pass : passes) {
        if (node.layer() instanceof Layer.Conv2d conv) {
          primitives.add(
              BarePrimitive.convolution(
                  conv, tail.node(node.inputs().get(0)).output(), node.output(), batchSize, pass));
        } else if (node.layer() instanceof Layer.Dense dense) {
          int inputs = tail.node(node.inputs().get(0)).output().channels();
          primitives.add(BarePrimitive.dense(inputs, dense.units(), batchSize, pass));
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
