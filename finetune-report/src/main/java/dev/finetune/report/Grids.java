package dev.finetune.report;

import dev.finetune.data.ImageDataset;
import dev.finetune.data.Labels;
import dev.finetune.evaluate.Prediction;
import dev.finetune.image.Pixels;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Grids of images with captions. */
public final class Grids {

  private Grids() {}

  /**
   * Images with the names of their classes.
   *
   * @param displayName what to write for a class
   * @param seed which images
   * @throws IOException if an image cannot be read
   */
  public static BufferedImage images(
      ImageDataset data, int rows, int columns, UnaryOperator<String> displayName, long seed)
      throws IOException {
    ImageDataset sample = data.sample(rows * columns, seed);
    int[] labels = Labels.of(sample).get(0);
    List<Tile> tiles = new ArrayList<>();
    for (int i = 0; i < sample.size(); i++) {
      String name = displayName.apply(sample.classNames().get(labels[i]));
      tiles.add(new Tile(sample.load(i), name, Tile.Verdict.NONE));
    }
    return TilePainter.paint(tiles, rows, columns);
  }

  /**
   * Images with "truth : prediction". Right ones have a thin green frame and a tick, wrong ones a
   * thick dashed red frame and a cross, so that they differ without colour too.
   *
   * @param classifier gives a prediction for each image, such as {@code model::classify}
   * @param displayName what to write for a class
   * @param seed which images
   * @throws IOException if an image cannot be read
   */
  public static BufferedImage predictions(
      ImageDataset data,
      Function<List<Pixels>, List<Prediction>> classifier,
      int rows,
      int columns,
      UnaryOperator<String> displayName,
      long seed)
      throws IOException {
    ImageDataset sample = data.sample(rows * columns, seed);
    int[] labels = Labels.of(sample).get(0);
    List<Pixels> images = new ArrayList<>();
    for (int i = 0; i < sample.size(); i++) {
      images.add(sample.load(i));
    }
    List<Prediction> predictions = classifier.apply(images);
    List<Tile> tiles = new ArrayList<>();
    for (int i = 0; i < sample.size(); i++) {
      String truth = sample.classNames().get(labels[i]);
      String predicted = predictions.get(i).best().className();
      String caption = displayName.apply(truth) + " : " + displayName.apply(predicted);
      tiles.add(
          new Tile(
              images.get(i),
              caption,
              truth.equals(predicted) ? Tile.Verdict.RIGHT : Tile.Verdict.WRONG));
    }
    return TilePainter.paint(tiles, rows, columns);
  }
}
