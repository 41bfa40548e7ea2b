package dev.finetune.datasets;

import static com.google.common.base.Preconditions.checkArgument;

import dev.finetune.data.ImageDataset;
import dev.finetune.image.Pixels;
import java.util.List;
import java.util.Locale;

/**
 * A dataset of synthetic traffic signs. Each image shows a board with a border and a symbol on a
 * random background; position, size, tilt, colours, light and noise are drawn from a seed. It
 * replaces photographs where none are available: in a first run, in tests and in benchmarks.
 */
public final class DrawnSigns implements ImageDataset {

  /** A classification task. The two tasks have no class in common. */
  public enum Task {
    /** Pretraining: 24 classes, twelve symbols on plain boards in dark and in light ink. */
    SYMBOLS,
    /** Fine-tuning on few images: 12 signs, each a combination of board, colours and symbol. */
    SIGNS
  }

  private final Task task;
  private final List<SignDesign> designs;
  private final int perClass;
  private final int side;
  private final long seed;

  private DrawnSigns(Task task, int perClass, int side, long seed) {
    this.task = task;
    this.designs = task == Task.SYMBOLS ? SignDesign.symbols() : SignDesign.signs();
    this.perClass = perClass;
    this.side = side;
    this.seed = seed;
  }

  /**
   * Creates a dataset of {@code perClass} images of each class. The classes alternate: image {@code
   * i} has the label {@code i} modulo the number of classes. Images are drawn when they are loaded.
   *
   * @param task the classes to draw
   * @param perClass the number of images of each class, at least 1
   * @param side the width and height of an image in pixels, at least 16
   * @param seed the source of all random choices; different seeds give different images
   * @return the dataset
   * @throws IllegalArgumentException if {@code perClass} or {@code side} is too small
   */
  public static DrawnSigns of(Task task, int perClass, int side, long seed) {
    checkArgument(perClass > 0, "perClass must be >= 1, got %s", perClass);
    checkArgument(side >= 16, "side must be >= 16, got %s", side);
    return new DrawnSigns(task, perClass, side, seed);
  }

  @Override
  public List<String> classNames() {
    return designs.stream().map(SignDesign::name).toList();
  }

  @Override
  public int size() {
    return perClass * designs.size();
  }

  @Override
  public int label(int index) {
    return index % designs.size();
  }

  @Override
  public String name(int index) {
    return "drawn/" + task.name().toLowerCase(Locale.ROOT) + "/" + seed + "/" + index;
  }

  @Override
  public Pixels load(int index) {
    return Images.of(SignPainter.paint(designs.get(label(index)), side, seed * 1_000_003L + index));
  }
}
