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

/** Grids of captioned images, drawn as pictures of rows and columns. */
public final class Grids {

  private Grids() {}

  /**
   * Draws randomly chosen images with their class names. Cells are left white if the dataset has
   * fewer than {@code rows * columns} images.
   *
   * @param data the images to choose from
   * @param rows the number of rows, at least 1
   * @param columns the number of columns, at least 1
   * @param displayName maps a class name to its caption
   * @param seed the seed of the choice of images
   * @return the picture
   * @throws IOException if an image cannot be read
   * @throws IllegalArgumentException if {@code rows} or {@code columns} is less than 1, or a label
   *     is not an index into the classes
   * @throws IllegalStateException if Java finds no font
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
   * Draws randomly chosen images with the caption "truth : prediction". A correct prediction has a
   * thin green frame and a tick, a wrong one a thick dashed red frame and a cross, which differ
   * without colour as well. Cells are left white if the dataset has fewer than {@code rows *
   * columns} images.
   *
   * @param data the images to choose from
   * @param classifier returns one prediction per image, in order, for example {@code
   *     model::classify}; it is called once with all images
   * @param rows the number of rows, at least 1
   * @param columns the number of columns, at least 1
   * @param displayName maps a class name to its text in a caption
   * @param seed the seed of the choice of images
   * @return the picture
   * @throws IOException if an image cannot be read
   * @throws IllegalArgumentException if {@code rows} or {@code columns} is less than 1, or a label
   *     is not an index into the classes
   * @throws IllegalStateException if Java finds no font
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
