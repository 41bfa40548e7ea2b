package dev.finetune.graph.layer;

import static java.util.stream.Collectors.toMap;

import java.util.List;
import java.util.Map;

/** A kind of layer that engines compute. */
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
   * An operation with one implementation for each basic kind.
   *
   * <p>No method has a default, so the compiler finds each visitor that lacks a new kind.
   *
   * @param <R> the type of the result
   */
  interface Visitor<R> {
    /**
     * Visits an input.
     *
     * @param input the layer
     * @return the result
     */
    R visit(Input input);

    /**
     * Visits a convolution.
     *
     * @param conv2d the layer
     * @return the result
     */
    R visit(Conv2d conv2d);

    /**
     * Visits zero padding.
     *
     * @param zeroPad the layer
     * @return the result
     */
    R visit(ZeroPad zeroPad);

    /**
     * Visits max pooling.
     *
     * @param maxPool the layer
     * @return the result
     */
    R visit(MaxPool maxPool);

    /**
     * Visits average pooling.
     *
     * @param averagePool the layer
     * @return the result
     */
    R visit(AveragePool averagePool);

    /**
     * Visits global average pooling.
     *
     * @param globalAveragePool the layer
     * @return the result
     */
    R visit(GlobalAveragePool globalAveragePool);

    /**
     * Visits global max pooling.
     *
     * @param globalMaxPool the layer
     * @return the result
     */
    R visit(GlobalMaxPool globalMaxPool);

    /**
     * Visits an activation layer.
     *
     * @param activate the layer
     * @return the result
     */
    R visit(Activate activate);

    /**
     * Visits batch normalisation.
     *
     * @param batchNorm the layer
     * @return the result
     */
    R visit(BatchNorm batchNorm);

    /**
     * Visits layer normalisation.
     *
     * @param layerNorm the layer
     * @return the result
     */
    R visit(LayerNorm layerNorm);

    /**
     * Visits a concatenation.
     *
     * @param concat the layer
     * @return the result
     */
    R visit(Concat concat);

    /**
     * Visits a sum.
     *
     * @param add the layer
     * @return the result
     */
    R visit(Add add);

    /**
     * Visits a product.
     *
     * @param multiply the layer
     * @return the result
     */
    R visit(Multiply multiply);

    /**
     * Visits a reshaping layer.
     *
     * @param reshape the layer
     * @return the result
     */
    R visit(Reshape reshape);

    /**
     * Visits a flattening layer.
     *
     * @param flatten the layer
     * @return the result
     */
    R visit(Flatten flatten);

    /**
     * Visits a fully connected layer.
     *
     * @param dense the layer
     * @return the result
     */
    R visit(Dense dense);

    /**
     * Visits dropout.
     *
     * @param dropout the layer
     * @return the result
     */
    R visit(Dropout dropout);

    /**
     * Visits stochastic depth.
     *
     * @param stochasticDepth the layer
     * @return the result
     */
    R visit(StochasticDepth stochasticDepth);
  }

  /**
   * Calls the visitor's method for this kind.
   *
   * @param <R> the type of the result
   * @param visitor the visitor
   * @return what the visitor's method returned
   */
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
