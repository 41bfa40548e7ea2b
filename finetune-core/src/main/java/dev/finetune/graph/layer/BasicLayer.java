package dev.finetune.graph.layer;

import static java.util.stream.Collectors.toMap;

import java.util.List;
import java.util.Map;

/** A layer that engines compute. */
public sealed interface BasicLayer extends Layer
    permits ActivatedLayer,
        Input,
        ZeroPad,
        MaxPool,
        AveragePool,
        GlobalAveragePool,
        GlobalMaxPool,
        Activate,
        BatchNorm,
        LayerNorm,
        Concat,
        Add,
        Multiply,
        Reshape,
        Flatten,
        Dropout,
        StochasticDepth {

  /**
   * Does something of its own with each basic kind.
   *
   * <p>No method has a default, so that the compiler finds what lacks a new kind.
   *
   * @param <R> what it gives
   */
  interface Visitor<R> {
    R visit(Input input);

    R visit(Conv2d conv2d);

    R visit(ZeroPad zeroPad);

    R visit(MaxPool maxPool);

    R visit(AveragePool averagePool);

    R visit(GlobalAveragePool globalAveragePool);

    R visit(GlobalMaxPool globalMaxPool);

    R visit(Activate activate);

    R visit(BatchNorm batchNorm);

    R visit(LayerNorm layerNorm);

    R visit(Concat concat);

    R visit(Add add);

    R visit(Multiply multiply);

    R visit(Reshape reshape);

    R visit(Flatten flatten);

    R visit(Dense dense);

    R visit(Dropout dropout);

    R visit(StochasticDepth stochasticDepth);
  }

  /** Calls the visitor's method for this kind. */
  <R> R accept(Visitor<R> visitor);

  @Override
  default BasicLayer basic() {
    return this;
  }

  @Override
  default List<Part> parts(List<Shape> inputs) {
    Map<ParameterRole, ParameterRole> own =
        parameters(inputs).stream().collect(toMap(ParameterSpec::role, ParameterSpec::role));
    return List.of(new Part("", this, own, Map.of()));
  }
}
