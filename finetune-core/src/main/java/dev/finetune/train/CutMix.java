package dev.finetune.train;

import static com.google.common.base.Preconditions.checkArgument;

import dev.finetune.graph.layer.Shape;
import dev.finetune.loss.Targets;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * CutMix (S. Yun et al., "CutMix: Regularization Strategy to Train Strong Classifiers with
 * Localizable Features", ICCV 2019). A rectangle of each image is replaced by the same rectangle of
 * the image at its position in a shuffled copy of the batch. Targets are mixed by the areas. The
 * rectangle is drawn once per batch: its area is 1 - s for a share s from the beta distribution
 * with both parameters alpha, its centre is uniform, and the part outside the image is cut off. It
 * needs one input, which is an image or a feature map, and targets that are classes or
 * distributions.
 *
 * @param alpha the parameter of the distribution, over 0 and at most 100
 */
public record CutMix(double alpha) implements BatchMix {

  /**
   * Creates a mixture.
   *
   * @param alpha the parameter of the distribution, over 0 and at most 100
   * @throws IllegalArgumentException if {@code alpha} is outside its range
   */
  public CutMix {
    checkArgument(alpha > 0 && alpha <= 100, "alpha must be > 0 and <= 100, got %s", alpha);
  }

  @Override
  public void require(List<Shape> shapes, Targets.Kind kind) {
    checkArgument(
        kind == Targets.Kind.CLASSES || kind == Targets.Kind.DISTRIBUTIONS,
        "CutMix needs classes or distributions as targets, got %s",
        kind);
    checkArgument(
        shapes.size() == 1 && !shapes.get(0).flat(),
        "CutMix needs one input, which is an image or a feature map, got %s. Freeze fewer layers,"
            + " or use mixup",
        shapes);
  }

  @Override
  public Mixed mix(
      List<FloatBuffer[]> inputs,
      List<Shape> shapes,
      Targets targets,
      int outputs,
      RandomGenerator random) {
    require(shapes, targets.kind());
    Shape shape = shapes.get(0);
    double side = Math.sqrt(1 - Beta.symmetric(alpha, random));
    int[] rows = range(shape.height(), side, random);
    int[] columns = range(shape.width(), side, random);
    int[] partners = Partners.shuffled(inputs.size(), random);
    List<FloatBuffer[]> mixed = new ArrayList<>(inputs.size());
    for (int i = 0; i < partners.length; i++) {
      float[] image = Partners.copy(inputs.get(i)[0]);
      paste(inputs.get(partners[i])[0], image, shape, rows, columns);
      mixed.add(new FloatBuffer[] {FloatBuffer.wrap(image)});
    }
    double pasted = (double) (rows[1] - rows[0]) * (columns[1] - columns[0]);
    double share = 1 - pasted / ((double) shape.height() * shape.width());
    return new Mixed(mixed, Partners.mix(targets, partners, share, outputs));
  }

  /** Returns the begin and end of the rectangle along an axis. */
  private static int[] range(int size, double part, RandomGenerator random) {
    int length = (int) (size * part);
    int begin = (int) (random.nextDouble() * size) - length / 2;
    return new int[] {Math.max(0, begin), Math.min(size, begin + length)};
  }

  private static void paste(
      FloatBuffer from, float[] image, Shape shape, int[] rows, int[] columns) {
    int width = shape.width();
    int count = columns[1] - columns[0];
    for (int channel = 0; channel < shape.channels(); channel++) {
      for (int y = rows[0]; y < rows[1]; y++) {
        int at = (channel * shape.height() + y) * width + columns[0];
        from.get(from.position() + at, image, at, count);
      }
    }
  }

  @Override
  public String description() {
    return "cutmix:" + alpha;
  }
}
