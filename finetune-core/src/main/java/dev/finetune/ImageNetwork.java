package dev.finetune;

import dev.finetune.data.ImageSource;
import dev.finetune.engine.Batch;
import dev.finetune.image.InputSpec;
import dev.finetune.image.Pixels;
import dev.finetune.internal.network.Network;
import dev.finetune.internal.pipeline.PreparedImages;
import dev.finetune.loss.Targets;
import dev.finetune.weights.Finite;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;

/** A network that computes named, finite outputs of images. */
final class ImageNetwork implements AutoCloseable {

  /** The number of examples per batch. */
  static final int BATCH = 32;

  private final InputSpec input;
  private final Targets.Kind kind;
  private final List<String> names;
  private final Network network;

  /** Receives the outputs of a batch. */
  @FunctionalInterface
  interface Outputs {
    /**
     * Receives outputs.
     *
     * @param first the index of the first image of the batch
     * @param outputs the finite outputs by image
     */
    void accept(int first, float[][] outputs);
  }

  /**
   * Creates a network.
   *
   * @param kind what the outputs are, for messages
   * @param names the names of the outputs
   */
  ImageNetwork(InputSpec input, Targets.Kind kind, List<String> names, Network network) {
    this.input = input;
    this.kind = kind;
    this.names = names;
    this.network = network;
  }

  InputSpec input() {
    return input;
  }

  /**
   * Returns the outputs of an image.
   *
   * @throws IllegalStateException if an output is not finite, or the network is closed
   */
  float[] outputs(Pixels image) {
    return outputs(List.<float[][]>of(new float[][] {input.prepare(image)}), i -> "the image")[0];
  }

  /**
   * Returns the outputs of images, computed in batches.
   *
   * @throws IllegalStateException if an output is not finite, or the network is closed
   */
  List<float[]> outputs(List<Pixels> images) {
    List<float[]> all = new ArrayList<>(images.size());
    for (int from = 0; from < images.size(); from += BATCH) {
      List<float[][]> batch =
          images.subList(from, Math.min(from + BATCH, images.size())).stream()
              .map(image -> new float[][] {input.prepare(image)})
              .toList();
      int first = from;
      all.addAll(List.of(outputs(batch, i -> "image " + (first + i))));
    }
    return all;
  }

  /**
   * Computes the outputs of all images of a dataset, after it has checked that all can be read.
   *
   * @param progress receives the number of images done, after each batch
   * @throws dev.finetune.data.DatasetException if an image cannot be read
   * @throws IllegalStateException if an output is not finite, or the network is closed
   */
  void forEachBatch(ImageSource data, IntConsumer progress, Outputs outputs) {
    data.verify();
    int[] done = {0};
    new PreparedImages(data, input)
        .forEachBatch(
            BATCH,
            batch -> {
              int first = done[0];
              outputs.accept(first, outputs(batch, i -> data.name(first + i)));
              done[0] += batch.size();
              progress.accept(done[0]);
            });
  }

  /**
   * Returns the outputs of a batch of prepared images.
   *
   * @param nameOf returns what an example is, for messages
   * @throws IllegalStateException if an output is not finite, or the network is closed
   */
  float[][] outputs(List<float[][]> batch, IntFunction<String> nameOf) {
    float[][] outputs = network.output(Batch.of(batch));
    for (int i = 0; i < outputs.length; i++) {
      OptionalInt bad = Finite.first(outputs[i]);
      if (bad.isPresent()) {
        throw new IllegalStateException(
            "The network must give finite "
                + (kind == Targets.Kind.VALUES ? "outputs" : "logits")
                + ", got "
                + outputs[i][bad.getAsInt()]
                + " for the "
                + noun()
                + " "
                + names.get(bad.getAsInt())
                + " of "
                + nameOf.apply(i)
                + ": the weights are damaged or so large that values overflow");
      }
    }
    return outputs;
  }

  private String noun() {
    return switch (kind) {
      case CLASSES, DISTRIBUTIONS -> "class";
      case TAGS -> "tag";
      case VALUES -> "value";
    };
  }

  /** Frees the native memory after the current computation. */
  @Override
  public void close() {
    network.close();
  }
}
