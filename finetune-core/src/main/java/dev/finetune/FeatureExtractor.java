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

  /**
   * Images that are computed together. More are no faster on a CPU, and take more memory: see
   * benchmarks/README.md.
   */
  private static final int BATCH = 8;

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
   * Images are computed together in batches.
   *
   * @throws IllegalArgumentException if there is no image, or one has a value that is NaN or
   *     infinite
   * @throws IllegalStateException if a feature is not finite
   */
  public Tensor features(List<Pixels> images) {
    checkArgument(!images.isEmpty(), "Features are of at least one image, got none");
    Shape shape = network.graph().outputShape();
    float[] all = new float[Math.multiplyExact(shape.size(), images.size())];
    for (int from = 0; from < images.size(); from += BATCH) {
      List<Pixels> batch = images.subList(from, Math.min(from + BATCH, images.size()));
      float[][] values = network.output(prepared(batch, from));
      for (int i = 0; i < values.length; i++) {
        requireFinite(values[i], from + i);
        System.arraycopy(values[i], 0, all, (from + i) * shape.size(), values[i].length);
      }
    }
    List<Integer> dimensions = new ArrayList<>(shape.dimensions());
    dimensions.add(0, images.size());
    return Tensor.of(dimensions, all);
  }

  private Batch prepared(List<Pixels> images, int first) {
    List<float[][]> examples = new ArrayList<>(images.size());
    for (Pixels image : images) {
      try {
        examples.add(new float[][] {input.prepare(image)});
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "image " + (first + examples.size()) + ": " + e.getMessage(), e);
      }
    }
    return Batch.of(examples);
  }

  private static void requireFinite(float[] values, int image) {
    if (!Finite.all(values)) {
      throw new IllegalStateException(
          "Features are finite, and those of image "
              + image
              + " are not: the weights are damaged or so large that they overflow");
    }
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
