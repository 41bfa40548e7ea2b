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
 * A network that computes the activations of a layer for images. Safe for use from several threads;
 * one of them computes at a time.
 *
 * <p>It owns native memory. {@link #close} frees it at once; otherwise it is freed when the
 * extractor is no longer reachable.
 */
public final class FeatureExtractor implements AutoCloseable {

  /**
   * Images per batch. Larger batches are no faster on a CPU and need more memory; see
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
   * {@return an extractor of a layer's activations, computed with the default options} Layers after
   * it are not computed.
   *
   * @param input the size and preprocessing of the input images
   * @param graph the layers, with one input of shape {@code input.shape()}
   * @param weights a value for each parameter of the layers needed
   * @param layerName the name of the layer
   * @throws IllegalArgumentException if there is no layer with that name
   * @throws IllegalStateException if a needed weight is missing, or no engine can compute the
   *     layers
   */
  public static FeatureExtractor of(
      InputSpec input, LayerGraph graph, Weights weights, String layerName) {
    return of(input, graph, weights, layerName, EngineOptions.defaults());
  }

  /**
   * {@return an extractor of a layer's activations} Layers after it are not computed.
   *
   * @param input the size and preprocessing of the input images
   * @param graph the layers, with one input of shape {@code input.shape()}
   * @param weights a value for each parameter of the layers needed
   * @param layerName the name of the layer
   * @param engine how the network is computed
   * @throws IllegalArgumentException if there is no layer with that name
   * @throws IllegalStateException if a needed weight is missing, or no engine can compute the
   *     layers
   */
  public static FeatureExtractor of(
      InputSpec input, LayerGraph graph, Weights weights, String layerName, EngineOptions engine) {
    return new FeatureExtractor(input, Network.of(graph.upTo(layerName), weights, engine));
  }

  /**
   * {@return the activations of the layer, of shape (images, channels, height, width) or (images,
   * values)} Images are computed in batches.
   *
   * @param images at least one image, each of any size
   * @throws IllegalArgumentException if there is no image, or an image has a value that is NaN or
   *     infinite
   * @throws IllegalStateException if an activation is not finite, or the extractor is closed
   * @throws ArithmeticException if the result would have more than {@code Integer.MAX_VALUE} values
   */
  public Tensor features(List<Pixels> images) {
    checkArgument(!images.isEmpty(), "images must have at least one image, got none");
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
          "Features must be finite, got NaN or infinity for image "
              + image
              + ": the weights are damaged or so large that values overflow");
    }
  }

  /**
   * Frees the native memory after the current computation. Later computations throw {@link
   * IllegalStateException}; closing again has no effect.
   */
  @Override
  public void close() {
    network.close();
  }
}
