package dev.finetune.evaluate;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.primitives.ImmutableDoubleArray;
import dev.finetune.data.Labels;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** The results of a classifier on a set of labelled images. */
public final class Evaluation {

  private final List<String> classNames;
  private final int[][] confusion;
  private final ImmutableDoubleArray losses;
  private final int inTop5;

  private Evaluation(
      List<String> classNames, int[][] confusion, ImmutableDoubleArray losses, int inTop5) {
    this.classNames = List.copyOf(classNames);
    this.confusion = confusion;
    this.losses = losses;
    this.inTop5 = inTop5;
  }

  /**
   * {@return an empty tally}
   *
   * @param classNames the names of the classes, in the order of the logits
   */
  public static Tally tally(List<String> classNames) {
    return new Tally(classNames);
  }

  /**
   * {@return the results on the images of several evaluations together, such as those of the folds
   * of a cross-validation}
   *
   * @param parts at least one, all with the same classes in the same order
   * @throws IllegalArgumentException if there is none, or the classes differ
   */
  public static Evaluation union(List<Evaluation> parts) {
    checkArgument(!parts.isEmpty(), "There must be at least one evaluation, got none");
    List<String> classNames = parts.get(0).classNames;
    int[][] sums = new int[classNames.size()][classNames.size()];
    ImmutableDoubleArray.Builder losses = ImmutableDoubleArray.builder();
    int inTop5 = 0;
    for (Evaluation part : parts) {
      checkArgument(
          part.classNames.equals(classNames),
          "The evaluations must have the same classes, got %s and %s%s",
          classNames,
          part.classNames,
          Labels.lookAlike(classNames, part.classNames));
      for (int truth = 0; truth < sums.length; truth++) {
        for (int predicted = 0; predicted < sums.length; predicted++) {
          sums[truth][predicted] += part.confusion[truth][predicted];
        }
      }
      losses.addAll(part.losses);
      inTop5 += part.inTop5;
    }
    return new Evaluation(classNames, sums, losses.build(), inTop5);
  }

  /** {@return the names of the classes, in the order of the confusion matrix} */
  public List<String> classNames() {
    return classNames;
  }

  /** {@return the number of images} */
  public int count() {
    return losses.length();
  }

  /** {@return the share of images whose most probable class is correct, from 0 to 1} */
  public double accuracy() {
    return (double) right() / count();
  }

  /**
   * {@return the 95 % confidence interval of the accuracy} See {@link #accuracyInterval(double)}.
   */
  public Interval accuracyInterval() {
    return accuracyInterval(Interval.USUAL);
  }

  /**
   * {@return the confidence interval of the accuracy on all images of the kind that these are a
   * sample of} It is a {@linkplain Interval#wilson Wilson interval} for independent images. Images
   * of the same group, such as the frames of one film, are not independent: then the true interval
   * is wider.
   *
   * @param confidence over 0 and under 1
   * @throws IllegalArgumentException if the confidence is outside its range
   */
  public Interval accuracyInterval(double confidence) {
    return Interval.wilson(right(), count(), confidence);
  }

  /** {@return the number of images whose most probable class is correct} */
  public int right() {
    return IntStream.range(0, confusion.length).map(i -> confusion[i][i]).sum();
  }

  /** {@return the share of images whose class is among the five most probable, from 0 to 1} */
  public double top5() {
    return (double) inTop5 / count();
  }

  /** {@return the mean cross-entropy, in nats} */
  public double loss() {
    return losses.stream().sum() / losses.length();
  }

  /** {@return the cross-entropy of each image, in nats, in the order in which they were added} */
  public ImmutableDoubleArray losses() {
    return losses;
  }

  /**
   * {@return the number of images of class {@code truth} that were predicted as {@code predicted}}
   *
   * @param truth the index of the true class
   * @param predicted the index of the predicted class
   * @throws IndexOutOfBoundsException if there is no such class
   */
  public int confusion(int truth, int predicted) {
    return confusion[truth][predicted];
  }

  /** {@return precision, recall and F1 of each class, in the order of the classes} */
  public List<ClassMetrics> perClass() {
    return IntStream.range(0, classNames.size()).mapToObj(this::metrics).toList();
  }

  private ClassMetrics metrics(int index) {
    int right = confusion[index][index];
    int are = are(index);
    int called = called(index);
    double precision = called == 0 ? 0 : (double) right / called;
    double recall = are == 0 ? 0 : (double) right / are;
    double f1 = right == 0 ? 0 : 2 * precision * recall / (precision + recall);
    return new ClassMetrics(classNames.get(index), are, precision, recall, f1);
  }

  /**
   * {@return the mean of F1 over the classes that an image is of or predicted as, from 0 to 1} It
   * equals {@code f1_score} with {@code average="macro"} in scikit-learn.
   */
  public double macroF1() {
    return IntStream.range(0, classNames.size())
        .filter(index -> are(index) + called(index) > 0)
        .mapToDouble(index -> metrics(index).f1())
        .average()
        .orElseThrow();
  }

  /**
   * {@return the mean of recall over the classes with images, from 0 to 1} It equals {@code
   * balanced_accuracy_score} in scikit-learn.
   */
  public double balancedAccuracy() {
    return IntStream.range(0, classNames.size())
        .filter(index -> are(index) > 0)
        .mapToDouble(index -> metrics(index).recall())
        .average()
        .orElseThrow();
  }

  private int are(int index) {
    return Arrays.stream(confusion[index]).sum();
  }

  private int called(int index) {
    return Arrays.stream(confusion).mapToInt(row -> row[index]).sum();
  }

  /** Returns the number of classes that are more probable than the label. */
  static int rank(float[] logits, int label) {
    return rank(scores(logits), label);
  }

  private static int rank(double[] scores, int label) {
    int better = 0;
    for (int i = 0; i < scores.length; i++) {
      // For equal scores the earlier class wins, as in argmax.
      if (scores[i] > scores[label] || (scores[i] == scores[label] && i < label)) {
        better++;
      }
    }
    return better;
  }

  private static double[] scores(float[] logits) {
    double[] scores = new double[logits.length];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = logits[i];
    }
    return scores;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "accuracy %.4f (%s), top-5 %.4f, loss %.4f on %d images",
        accuracy(),
        accuracyInterval(),
        top5(),
        loss(),
        count());
  }

  /** An accumulator of predictions. Not safe for use from several threads. */
  public static final class Tally {

    private final List<String> classNames;
    private final int[][] confusion;
    private final ImmutableDoubleArray.Builder losses = ImmutableDoubleArray.builder();
    private int inTop5;

    private Tally(List<String> classNames) {
      this.classNames = classNames;
      this.confusion = new int[classNames.size()][classNames.size()];
    }

    /**
     * Adds the outputs for one image.
     *
     * @param logits one finite value per class
     * @param label the true class, from 0 to the number of classes - 1
     * @throws IllegalArgumentException if the number of logits or the label does not fit the
     *     classes, or a logit is not finite
     */
    public void add(float[] logits, int label) {
      requireFit("logits", logits.length, label);
      Softmax.requireFinite(logits);
      add(scores(logits), label, Softmax.crossEntropy(logits, label));
    }

    /**
     * Adds the class probabilities for one image, such as a mean over several outputs.
     *
     * @param probabilities one value from 0 to 1 per class, with sum 1. For the loss, 0 counts as
     *     {@link Double#MIN_VALUE}
     * @param label the true class, from 0 to the number of classes - 1
     * @throws IllegalArgumentException if the number of probabilities or the label does not fit the
     *     classes, or a probability is outside its range
     */
    public void addProbabilities(double[] probabilities, int label) {
      requireFit("probabilities", probabilities.length, label);
      for (double probability : probabilities) {
        checkArgument(
            probability >= 0 && probability <= 1,
            "probabilities must be in [0, 1], got %s",
            probability);
      }
      add(probabilities, label, -MeanProbabilities.log(probabilities[label]));
    }

    private void requireFit(String name, int length, int label) {
      checkArgument(
          length == classNames.size() && label >= 0 && label < classNames.size(),
          "%s must have one value per class (%s) and label must be from 0 to %s, got %s %s"
              + " and label %s",
          name,
          classNames.size(),
          classNames.size() - 1,
          length,
          name,
          label);
    }

    private void add(double[] scores, int label, double crossEntropy) {
      int best = 0;
      for (int i = 0; i < scores.length; i++) {
        if (scores[i] > scores[best]) {
          best = i;
        }
      }
      confusion[label][best]++;
      losses.add(crossEntropy);
      inTop5 += rank(scores, label) < 5 ? 1 : 0;
    }

    /**
     * {@return the results over all added images}
     *
     * @throws IllegalArgumentException if no image was added
     */
    public Evaluation result() {
      ImmutableDoubleArray all = losses.build();
      checkArgument(!all.isEmpty(), "An evaluation must have at least one image, got none");
      int[][] copy = Arrays.stream(confusion).map(int[]::clone).toArray(int[][]::new);
      return new Evaluation(classNames, copy, all, inTop5);
    }
  }
}
