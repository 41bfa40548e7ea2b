package dev.finetune.benchmarks;

import static dev.finetune.head.HeadLayers.dense;
import static dev.finetune.head.HeadLayers.dropout;

import dev.finetune.FineTune;
import dev.finetune.FineTunePlan;
import dev.finetune.ImageClassifier;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.Dense;
import dev.finetune.graph.layer.Shape;
import dev.finetune.internal.training.Cut;
import dev.finetune.weights.Weights;
import dev.finetune.zoo.Zoo;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** The tasks: 43 classes, head dense 128 and dropout 0.6, 224 x 224, random weights. */
public enum Task {
  /** The published experiment: blocks 4 and 5 are trainable. */
  VGG16_ALL_BUT_8("vgg16", 8),
  /** Transfer learning: only the head is trainable. */
  VGG16_FREEZE_ALL("vgg16", 0),
  /** The whole network is trainable. */
  VGG16_FREEZE_NONE("vgg16", 19),
  /** The whole network is trainable. */
  SQUEEZENET_FREEZE_NONE("squeezenet", 62);

  static final int CLASSES = 43;
  static final int SIDE = 224;

  private final String backbone;
  private final int trainableLayers;

  Task(String backbone, int trainableLayers) {
    this.backbone = backbone;
    this.trainableLayers = trainableLayers;
  }

  /** Returns the name of the backbone in the zoo. */
  String backbone() {
    return backbone;
  }

  /** Returns the number of frozen layers of the backbone. */
  int frozenLayers() {
    return plan().frozenLayers().size();
  }

  /** Returns the plan of the task. */
  FineTunePlan plan() {
    return FineTune.from(Zoo.byName(backbone).randomWeights(1))
        .freezeAllBut(trainableLayers)
        .head(dense(128), dropout(0.6))
        .classes(CLASSES)
        .plan();
  }

  /** Creates the classifier of a plan. */
  static ImageClassifier classifier(FineTunePlan plan, Weights weights) {
    return ImageClassifier.of(
        plan.backbone().input(),
        IntStream.range(0, plan.classes()).mapToObj(String::valueOf).toList(),
        plan.graph(),
        weights);
  }

  /**
   * A layer of the tail and what a training step computes for it.
   *
   * @param input the shape of the layer's input
   * @param kernelGradient whether the gradient of the kernel is computed: the layer is trainable
   * @param inputGradient whether the gradient of the input is computed: a layer before is trainable
   */
  record Work(Node node, Shape input, boolean kernelGradient, boolean inputGradient) {}

  /** Returns the work of a step over the tail, layer by layer. */
  List<Work> work() {
    FineTunePlan plan = plan();
    Cut cut = Cut.of(plan.graph(), plan.frozenLayers());
    LayerGraph tail = cut.tail();
    Set<String> moving = new HashSet<>();
    List<Work> work = new ArrayList<>();
    for (Node node : tail.nodes()) {
      boolean trained =
          node.learnedParameterCount() > 0 && !cut.frozenInTail().contains(node.name());
      boolean inputMoves = node.inputs().stream().anyMatch(moving::contains);
      if (trained || inputMoves) {
        moving.add(node.name());
      }
      if (!node.inputs().isEmpty()) {
        Shape input = tail.node(node.inputs().get(0)).output();
        work.add(new Work(node, input, trained, inputMoves));
      }
    }
    return work;
  }

  /** Returns the multiplications and additions of a step over the tail, for one image. */
  double operations() {
    return work().stream()
        .mapToDouble(
            w ->
                (1 + (w.kernelGradient() ? 1 : 0) + (w.inputGradient() ? 1 : 0))
                    * operations(w.node()))
        .sum();
  }

  /**
   * Returns the multiplications and additions of a forward pass for one image. Only convolutions
   * and dense layers are counted.
   */
  static double operations(Node node) {
    if (node.layer() instanceof Conv2d || node.layer() instanceof Dense) {
      double kernel = node.parameters().get(0).count();
      return 2 * kernel * node.output().height() * node.output().width();
    }
    return 0;
  }
}
