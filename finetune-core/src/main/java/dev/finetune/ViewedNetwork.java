package dev.finetune;

import dev.finetune.data.ImageSource;
import dev.finetune.evaluate.MeanProbabilities;
import dev.finetune.image.Pixels;
import dev.finetune.image.View;
import dev.finetune.image.Views;
import dev.finetune.internal.pipeline.PreparedImages;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;

/**
 * Computes the class probabilities of images as means over several views of each. Views of
 * different images share batches, so the memory is that of a network without views.
 */
final class ViewedNetwork {

  private final ImageNetwork network;
  private final Views views;
  private final int classes;

  ViewedNetwork(ImageNetwork network, Views views, int classes) {
    this.network = network;
    this.views = views;
    this.classes = classes;
  }

  /** Receives the probabilities of an image. */
  @FunctionalInterface
  interface Probabilities {
    /**
     * Receives probabilities.
     *
     * @param image the index of the image
     * @param probabilities a probability per class
     */
    void accept(int image, double[] probabilities);
  }

  /**
   * Returns the class probabilities of an image.
   *
   * @throws IllegalStateException if an output is not finite, or the network is closed
   */
  double[] probabilities(Pixels image) {
    return probabilities(List.of(image), i -> "the image").get(0);
  }

  /**
   * Returns the class probabilities of images.
   *
   * @throws IllegalStateException if an output is not finite, or the network is closed
   */
  List<double[]> probabilities(List<Pixels> images) {
    return probabilities(images, i -> "image " + i);
  }

  private List<double[]> probabilities(List<Pixels> images, IntFunction<String> nameOf) {
    List<double[]> all = new ArrayList<>(images.size());
    Pass pass = new Pass(nameOf, (i, probabilities) -> all.add(probabilities));
    for (Pixels image : images) {
      for (View view : views.list()) {
        pass.add(network.input().prepare(view.apply(image)));
      }
    }
    pass.flush();
    return all;
  }

  /**
   * Computes the class probabilities of all images of a dataset, after it has checked that all can
   * be read.
   *
   * @param progress receives the number of images done, after each batch
   * @throws dev.finetune.data.DatasetException if an image cannot be read
   * @throws IllegalStateException if an output is not finite, or the network is closed
   */
  void forEachImage(ImageSource data, IntConsumer progress, Probabilities consumer) {
    data.verify();
    int[] done = {0};
    Pass pass =
        new Pass(
            data::name,
            (i, probabilities) -> {
              consumer.accept(i, probabilities);
              done[0] = i + 1;
            });
    new PreparedImages(data, network.input())
        .forEachImage(
            views,
            Math.max(1, 2 * ImageNetwork.BATCH / views.size()),
            prepared -> {
              for (float[] view : prepared) {
                if (pass.add(view)) {
                  progress.accept(done[0]);
                }
              }
            });
    if (pass.flush()) {
      progress.accept(done[0]);
    }
  }

  /** A pass over the views of images, in order. */
  private final class Pass {

    private final IntFunction<String> nameOf;
    private final Probabilities consumer;
    private final List<float[][]> batch = new ArrayList<>(ImageNetwork.BATCH);

    /** The image of the next output. */
    private int image;

    /** The view of the next output. */
    private int view;

    private MeanProbabilities mean = new MeanProbabilities(classes);

    Pass(IntFunction<String> nameOf, Probabilities consumer) {
      this.nameOf = nameOf;
      this.consumer = consumer;
    }

    /** Adds a prepared view. Returns whether a batch was computed. */
    boolean add(float[] prepared) {
      batch.add(new float[][] {prepared});
      return batch.size() == ImageNetwork.BATCH && flush();
    }

    /** Computes the views of the last batch. Returns whether there were any. */
    boolean flush() {
      if (batch.isEmpty()) {
        return false;
      }
      int first = image;
      int seen = view;
      float[][] outputs =
          network.outputs(batch, i -> nameOf.apply(first + (seen + i) / views.size()));
      batch.clear();
      for (float[] logits : outputs) {
        mean.add(logits);
        view++;
        if (view == views.size()) {
          consumer.accept(image, mean.result());
          mean = new MeanProbabilities(classes);
          view = 0;
          image++;
        }
      }
      return true;
    }
  }
}
