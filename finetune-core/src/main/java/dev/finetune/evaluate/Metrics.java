package dev.finetune.evaluate;

import static com.google.common.base.Preconditions.checkArgument;

import dev.finetune.loss.Targets;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Metrics of classifiers: {@code TrainOptions.defaults().metric(Metrics.macroF1())}. */
public final class Metrics {

  private Metrics() {}

  /**
   * {@return the share of images whose class is among the most probable, from 0 to 1} Its name is
   * {@code top} and the number, such as {@code top3}.
   *
   * @param k how many of the most probable classes, at least 1; of equal logits, the first class is
   *     the more probable
   * @throws IllegalArgumentException if {@code k} is less than 1
   */
  public static Metric topK(int k) {
    checkArgument(k >= 1, "k must be >= 1, got %s", k);
    return new TopK(k);
  }

  /**
   * {@return the mean of F1 over the classes, from 0 to 1} See {@link Evaluation#macroF1}. Its name
   * is {@code macro_f1}.
   */
  public static Metric macroF1() {
    return new OfEvaluation("macro_f1", Evaluation::macroF1);
  }

  /**
   * {@return the mean of recall over the classes, from 0 to 1} See {@link
   * Evaluation#balancedAccuracy}. Its name is {@code balanced_accuracy}.
   */
  public static Metric balancedAccuracy() {
    return new OfEvaluation("balanced_accuracy", Evaluation::balancedAccuracy);
  }

  /**
   * Parses the name of a metric of this class, for the command line: {@code topK} with a number
   * such as {@code top3}, {@code macro_f1} or {@code balanced_accuracy}.
   *
   * @param name the name
   * @return the metric
   * @throws IllegalArgumentException if there is no such metric
   */
  public static Metric parse(String name) {
    if (name.matches("top[1-9][0-9]{0,8}")) {
      return topK(Integer.parseInt(name.substring(3)));
    }
    return List.of(macroF1(), balancedAccuracy()).stream()
        .filter(metric -> metric.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "A metric must be topK such as top3, macro_f1 or balanced_accuracy, got \""
                        + name
                        + "\""));
  }

  private static boolean isClasses(Targets.Kind kind) {
    return kind == Targets.Kind.CLASSES || kind == Targets.Kind.DISTRIBUTIONS;
  }

  private static void require(String name, float[][] outputs, Targets targets) {
    targets.require(name, Targets.Kind.CLASSES, Targets.Kind.DISTRIBUTIONS);
    targets.requireFor(outputs);
  }

  private record TopK(int k) implements Metric {

    @Override
    public String name() {
      return "top" + k;
    }

    @Override
    public boolean supports(Targets.Kind kind) {
      return isClasses(kind);
    }

    @Override
    public Tally tally() {
      return new Tally() {
        private int images;
        private int among;

        @Override
        public void add(float[][] outputs, Targets targets) {
          require(name(), outputs, targets);
          for (int i = 0; i < outputs.length; i++) {
            images++;
            among += Evaluation.rank(outputs[i], targets.label(i)) < k ? 1 : 0;
          }
        }

        @Override
        public double result() {
          checkArgument(images > 0, "A metric must have at least one image, got none");
          return (double) among / images;
        }
      };
    }
  }

  private record OfEvaluation(String name, ToDoubleFunction<Evaluation> measure) implements Metric {

    @Override
    public boolean supports(Targets.Kind kind) {
      return isClasses(kind);
    }

    @Override
    public Tally tally() {
      return new Tally() {
        private Evaluation.@Nullable Tally tally;

        @Override
        public void add(float[][] outputs, Targets targets) {
          require(name, outputs, targets);
          for (int i = 0; i < outputs.length; i++) {
            if (tally == null) {
              // The names do not matter: only their number is known here.
              tally =
                  Evaluation.tally(
                      IntStream.range(0, outputs[i].length).mapToObj(String::valueOf).toList());
            }
            tally.add(outputs[i], targets.label(i));
          }
        }

        @Override
        public double result() {
          checkArgument(tally != null, "A metric must have at least one image, got none");
          return measure.applyAsDouble(tally.result());
        }
      };
    }
  }
}
