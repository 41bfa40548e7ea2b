package dev.finetune;

import static com.google.common.base.Preconditions.checkArgument;

import dev.finetune.engine.Batch;
import dev.finetune.engine.EngineOptions;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.layer.Shape;
import dev.finetune.image.InputSpec;
import dev.finetune.image.Pixels;
import dev.finetune.internal.network.Network;
import dev.finetune.weights.Finite;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.Weights;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives what a layer of a network makes of images. Safe to use from several threads; one computes
 * at a time.
 *
 * <p>It owns native memory. {@link #close} gives it back at once; without it that happens when
 * nothing refers to the extractor.
 */
public final class FeatureExtractor implements AutoCloseable {

  private final InputSpec input;
  private final Network network;

  private FeatureExtractor(InputSpec input, Network network) {
    this.input = input;
    this.network = network;
  }

  /**
   * An extractor of a layer's activations; the layers behind it are not computed.
   *
   * @throws IllegalArgumentException if there is no layer of that name
   */
  public static FeatureExtractor of(
      InputSpec input, LayerGraph graph, Weights weights, String layerName) {
    return of(input, graph, weights, layerName, EngineOptions.defaults());
  }

  /**
   * An extractor of a layer's activations; the layers behind it are not computed.
   *
   * @param engine how they are computed
   * @throws IllegalArgumentException if there is no layer of that name
   */
  public static FeatureExtractor of(
      InputSpec input, LayerGraph graph, Weights weights, String layerName, EngineOptions engine) {
    return new FeatureExtractor(input, Network.of(graph.upTo(layerName), weights, engine));
  }

  /**
   * The activations for each image, of shape (images, channels, height, width) or (images, values).
   *
   * @throws IllegalArgumentException if there is no image, or one has a value that is NaN or
   *     infinite
   * @throws IllegalStateException if a feature is not finite
   */
  public Tensor features(List<Pixels> images) {
    checkArgument(!images.isEmpty(), "Features are of at least one image, got none");
    Shape shape = network.graph().outputShape();
    float[] all = new float[Math.multiplyExact(shape.size(), images.size())];
    for (int i = 0; i < images.size(); i++) {
      float[][] example = {input.prepare(images.get(i))};
      float[] values = network.output(Batch.of(List.<float[][]>of(example)))[0];
      if (!Finite.all(values)) {
        throw new IllegalStateException(
            "Features are finite, and those of image "
                + i
                + " are not: the weights are damaged or so large that they overflow");
      }
      System.arraycopy(values, 0, all, i * shape.size(), values.length);
    }
    List<Integer> dimensions = new ArrayList<>(shape.dimensions());
    dimensions.add(0, images.size());
    return Tensor.of(dimensions, all);
  }

  /**
   * Gives back its native memory, once what is being computed is done. What computes afterwards is
   * an {@link IllegalStateException}; closing again does nothing.
   */
  @Override
  public void close() {
    network.close();
  }
}
