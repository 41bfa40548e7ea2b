package dev.finetune.benchmarks;

import dev.finetune.evaluate.Evaluation;
import dev.finetune.evaluate.Interval;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The result of a training of {@link RecipesExperiment}.
 *
 * @param key what was trained
 * @param images the number of training images
 * @param classes the number of classes
 * @param epochs the number of finished epochs
 * @param end why the training ended
 * @param seconds the wall time of the training with its probe, its stem and the validations
 * @param valid the accuracy on the validation images
 * @param test the accuracy on the test images; empty if they were not used
 * @param peakBytes the peak resident memory; 0 where there is no /proc
 * @param heapBytes the heap in use after the training and a collection
 * @param estimated the wall time in seconds that the plan predicted; empty if it was not asked
 */
record RecipeRow(
    Key key,
    int images,
    int classes,
    int epochs,
    String end,
    double seconds,
    double valid,
    Optional<Accuracy> test,
    long peakBytes,
    long heapBytes,
    OptionalDouble estimated) {

  /** The columns of {@link #line}. */
  static final String HEADER =
      String.join(
          "\t",
          "condition",
          "backbone",
          "recipe",
          "seed",
          "images",
          "classes",
          "epochs",
          "end",
          "seconds",
          "valid",
          "test",
          "test_low",
          "test_high",
          "peak_mb",
          "heap_mb",
          "estimated");

  private static final int COLUMNS = 16;

  /** What distinguishes a training from others. */
  record Key(String condition, String backbone, String recipe, long seed) {}

  /** An accuracy with its 95 % interval. */
  record Accuracy(double share, double low, double high) {
    static Accuracy of(Evaluation result) {
      Interval interval = result.accuracyInterval();
      return new Accuracy(result.accuracy(), interval.low(), interval.high());
    }
  }

  /** Returns the row as a line without its end. */
  String line() {
    return String.join(
        "\t",
        key.condition(),
        key.backbone(),
        key.recipe(),
        String.valueOf(key.seed()),
        String.valueOf(images),
        String.valueOf(classes),
        String.valueOf(epochs),
        end,
        String.format(Locale.ROOT, "%.1f", seconds),
        text(valid),
        test.map(accuracy -> text(accuracy.share())).orElse(""),
        test.map(accuracy -> text(accuracy.low())).orElse(""),
        test.map(accuracy -> text(accuracy.high())).orElse(""),
        String.valueOf(peakBytes / 1_000_000),
        String.valueOf(heapBytes / 1_000_000),
        estimated.isPresent() ? String.format(Locale.ROOT, "%.1f", estimated.getAsDouble()) : "");
  }

  private static String text(double share) {
    return String.format(Locale.ROOT, "%.5f", share);
  }

  /**
   * Reads a line of {@link #line}. Returns empty for the header, and for a line that a killed run
   * did not finish.
   */
  static Optional<RecipeRow> parse(String line) {
    String[] fields = line.split("\t", -1);
    if (line.equals(HEADER) || fields.length != COLUMNS) {
      return Optional.empty();
    }
    Optional<Accuracy> test =
        fields[10].isEmpty()
            ? Optional.empty()
            : Optional.of(
                new Accuracy(
                    Double.parseDouble(fields[10]),
                    Double.parseDouble(fields[11]),
                    Double.parseDouble(fields[12])));
    return Optional.of(
        new RecipeRow(
            new Key(fields[0], fields[1], fields[2], Long.parseLong(fields[3])),
            Integer.parseInt(fields[4]),
            Integer.parseInt(fields[5]),
            Integer.parseInt(fields[6]),
            fields[7],
            Double.parseDouble(fields[8]),
            Double.parseDouble(fields[9]),
            test,
            1_000_000 * Long.parseLong(fields[13]),
            1_000_000 * Long.parseLong(fields[14]),
            fields[15].isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(Double.parseDouble(fields[15]))));
  }
}
