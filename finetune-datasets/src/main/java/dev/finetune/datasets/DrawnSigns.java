package dev.finetune.datasets;

import static com.google.common.base.Preconditions.checkArgument;

import dev.finetune.data.ImageDataset;
import dev.finetune.image.Pixels;
import java.util.List;
import java.util.Locale;

/**
 * Traffic-like signs drawn by the library: a board, a border and a symbol, in a street-like
 * background, with position, size, tilt, light and noise drawn from a seed. They stand in for
 * photographs where none can be had: in the first run, in tests, in benchmarks.
 */
public final class DrawnSigns implements ImageDataset {

  /** What is to be told apart. The two tasks share no class. */
  public enum Task {
    /** Twenty-four symbols on plain boards: what a backbone is pretrained on. */
    SYMBOLS,
    /** Twelve signs, each a board and a symbol: what is learned from few images. */
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
   * Images of a task.
   *
   * @param perClass images of each class, at least 1
   * @param side width and height in pixels, at least 16
   * @param seed other seeds give other images; no two seeds share one
   */
  public static DrawnSigns of(Task task, int perClass, int side, long seed) {
    checkArgument(perClass > 0, "perClass is at least 1, got %s", perClass);
    checkArgument(side >= 16, "side is at least 16, got %s", side);
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
