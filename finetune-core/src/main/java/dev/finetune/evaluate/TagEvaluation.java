package dev.finetune.evaluate;

import static com.google.common.base.Preconditions.checkArgument;

import dev.finetune.loss.BinaryCrossEntropy;
import dev.finetune.loss.Targets;
import dev.finetune.weights.Finite;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * The results of a network on a set of tagged images. A tag is predicted if its probability, the
 * logistic function of its logit, is at least the tag's threshold.
 *
 * <p>For a tag that no image has, recall and average precision are undefined. Means over the tags
 * leave such tags out; {@link #withoutImages} lists them.
 */
public final class TagEvaluation {

  private final List<String> tagNames;
  private final int count;
  private final double loss;

  /** The logits by tag and image. */
  private final float[][] logits;

  /** Whether an image has a tag, by tag and image. */
  private final boolean[][] tags;

  private final List<Ranking> rankings;

  private TagEvaluation(Tally tally) {
    this.tagNames = tally.tagNames;
    this.count = tally.logits.size();
    this.loss = tally.loss / count;
    this.logits = new float[tagNames.size()][count];
    this.tags = new boolean[tagNames.size()][count];
    for (int tag = 0; tag < logits.length; tag++) {
      for (int i = 0; i < count; i++) {
        logits[tag][i] = tally.logits.get(i)[tag];
        tags[tag][i] = tally.tags.get(i)[tag];
      }
    }
    this.rankings =
        IntStream.range(0, tagNames.size())
            .mapToObj(tag -> new Ranking(logits[tag], tags[tag]))
            .toList();
  }

  /**
   * {@return an empty tally}
   *
   * @param tagNames the names of the tags, in the order of the logits
   * @throws IllegalArgumentException if there are no tags
   */
  public static Tally tally(List<String> tagNames) {
    return new Tally(tagNames);
  }

  /** {@return the names of the tags, in the order of the logits} */
  public List<String> tagNames() {
    return tagNames;
  }

  /** {@return the number of images} */
  public int count() {
    return count;
  }

  /** {@return the mean binary cross-entropy of all tags and images, in nats} */
  public double loss() {
    return loss;
  }

  /** {@return the names of the tags that no image has} */
  public List<String> withoutImages() {
    return IntStream.range(0, tagNames.size())
        .filter(tag -> rankings.get(tag).averagePrecision().isEmpty())
        .mapToObj(tagNames::get)
        .toList();
  }

  /**
   * {@return the average precision of a tag, from 0 to 1; empty if no image has the tag} It is the
   * sum of precision * increase of recall over all thresholds, without interpolation, as {@code
   * average_precision_score} of scikit-learn computes it.
   *
   * @param tag the index of the tag
   * @throws IndexOutOfBoundsException if there is no such tag
   */
  public OptionalDouble averagePrecision(int tag) {
    return rankings.get(tag).averagePrecision();
  }

  /**
   * {@return the mean of the average precision over the tags that an image has, from 0 to 1; 0 if
   * no image has a tag}
   */
  public double meanAveragePrecision() {
    return rankings.stream()
        .map(Ranking::averagePrecision)
        .flatMapToDouble(OptionalDouble::stream)
        .average()
        .orElse(0);
  }

  /** {@return the metrics of each tag with the threshold 0.5, in the order of the tags} */
  public List<TagMetrics> perTag() {
    return perTag(Thresholds.half(tagNames));
  }

  /**
   * {@return the metrics of each tag, in the order of the tags}
   *
   * @param thresholds the thresholds of the same tags
   * @throws IllegalArgumentException if the thresholds are those of other tags
   */
  public List<TagMetrics> perTag(Thresholds thresholds) {
    requireTags(thresholds);
    return IntStream.range(0, tagNames.size())
        .mapToObj(tag -> metrics(tag, counts(tag, thresholds), thresholds))
        .toList();
  }

  private TagMetrics metrics(int tag, Counts counts, Thresholds thresholds) {
    return new TagMetrics(
        tagNames.get(tag),
        counts.have,
        averagePrecision(tag),
        thresholds.probabilities().get(tag),
        counts.predicted == 0 ? 0 : (double) counts.right / counts.predicted,
        counts.have == 0 ? 0 : (double) counts.right / counts.have,
        counts.f1());
  }

  /** {@return {@link #macroF1(Thresholds)} with the threshold 0.5} */
  public double macroF1() {
    return macroF1(Thresholds.half(tagNames));
  }

  /**
   * {@return the mean of F1 over the tags that an image has, from 0 to 1; 0 if no image has a tag}
   *
   * @param thresholds the thresholds of the same tags
   * @throws IllegalArgumentException if the thresholds are those of other tags
   */
  public double macroF1(Thresholds thresholds) {
    return perTag(thresholds).stream()
        .filter(metrics -> metrics.count() > 0)
        .mapToDouble(TagMetrics::f1)
        .average()
        .orElse(0);
  }

  /** {@return {@link #microF1(Thresholds)} with the threshold 0.5} */
  public double microF1() {
    return microF1(Thresholds.half(tagNames));
  }

  /**
   * {@return F1 over the tags of all images together, from 0 to 1; 0 if no image has a tag}
   *
   * @param thresholds the thresholds of the same tags
   * @throws IllegalArgumentException if the thresholds are those of other tags
   */
  public double microF1(Thresholds thresholds) {
    return total(thresholds, Counts::f1);
  }

  /** {@return {@link #accuracy(Thresholds)} with the threshold 0.5} */
  public double accuracy() {
    return accuracy(Thresholds.half(tagNames));
  }

  /**
   * {@return the share of correct predictions over all images and tags, from 0 to 1} It is high for
   * rare tags even if none is ever predicted.
   *
   * @param thresholds the thresholds of the same tags
   * @throws IllegalArgumentException if the thresholds are those of other tags
   */
  public double accuracy(Thresholds thresholds) {
    double all = (double) count * tagNames.size();
    return total(
        thresholds, counts -> (all - counts.have - counts.predicted + 2.0 * counts.right) / all);
  }

  private double total(Thresholds thresholds, ToDoubleFunction<Counts> measure) {
    requireTags(thresholds);
    return measure.applyAsDouble(
        IntStream.range(0, tagNames.size())
            .mapToObj(tag -> counts(tag, thresholds))
            .reduce(new Counts(0, 0, 0), Counts::plus));
  }

  private void requireTags(Thresholds thresholds) {
    checkArgument(
        thresholds.tagNames().equals(tagNames),
        "thresholds must be for the tags %s, got %s",
        tagNames,
        thresholds.tagNames());
  }

  private Counts counts(int tag, Thresholds thresholds) {
    int have = 0;
    int predicted = 0;
    int right = 0;
    for (int i = 0; i < count; i++) {
      boolean predicts = thresholds.predicts(tag, probability(logits[tag][i]));
      have += tags[tag][i] ? 1 : 0;
      predicted += predicts ? 1 : 0;
      right += predicts && tags[tag][i] ? 1 : 0;
    }
    return new Counts(have, predicted, right);
  }

  /** How many tags images have, how many were predicted, and how many of these are right. */
  private record Counts(int have, int predicted, int right) {

    Counts plus(Counts other) {
      return new Counts(have + other.have, predicted + other.predicted, right + other.right);
    }

    double f1() {
      return right == 0 ? 0 : 2.0 * right / (have + predicted);
    }
  }

  /** Returns the thresholds of {@link Thresholds#fit}. */
  List<Double> bestThresholds() {
    return rankings.stream().map(Ranking::bestThreshold).toList();
  }

  /**
   * {@return the logistic function of a logit: the probability of a tag}
   *
   * @param logit the output of the network for the tag
   */
  public static double probability(float logit) {
    // exp of a negative number cannot overflow.
    double small = Math.exp(-Math.abs(logit));
    return (logit >= 0 ? 1 : small) / (1 + small);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "mean average precision %.4f, macro F1 %.4f, micro F1 %.4f, loss %.4f on %d images",
        meanAveragePrecision(),
        macroF1(),
        microF1(),
        loss(),
        count());
  }

  /** An accumulator of outputs. It keeps all logits. Not safe for use from several threads. */
  public static final class Tally {

    private final List<String> tagNames;
    private final List<float[]> logits = new ArrayList<>();
    private final List<boolean[]> tags = new ArrayList<>();
    private double loss;

    private Tally(List<String> tagNames) {
      this.tagNames = List.copyOf(tagNames);
      checkArgument(!tagNames.isEmpty(), "A tag evaluation must have at least one tag, got none");
    }

    /**
     * Adds a batch. The weights of the examples are ignored.
     *
     * @param outputs the logits by image and tag, finite
     * @param targets the tags of the same images
     * @throws IllegalArgumentException if the targets are no tags, the number of logits or targets
     *     does not fit the tags or images, or a logit is not finite
     */
    public void add(float[][] outputs, Targets targets) {
      targets.require("a tag evaluation", Targets.Kind.TAGS);
      targets.requireFor(outputs);
      if (outputs.length == 0) {
        return;
      }
      boolean[][] rows = new boolean[outputs.length][tagNames.size()];
      for (int i = 0; i < outputs.length; i++) {
        requireLogits(outputs[i]);
        for (int tag = 0; tag < rows[i].length; tag++) {
          rows[i][tag] = targets.share(i, tag) == 1;
        }
        logits.add(outputs[i].clone());
        tags.add(rows[i]);
      }
      float[][] unused = new float[outputs.length][tagNames.size()];
      double mean =
          BinaryCrossEntropy.binaryCrossEntropy().compute(outputs, Targets.tags(rows), unused);
      loss += mean * outputs.length;
    }

    private void requireLogits(float[] row) {
      checkArgument(
          row.length == tagNames.size(),
          "logits must have one value per tag (%s), got %s",
          tagNames.size(),
          row.length);
      OptionalInt wrong = Finite.first(row);
      checkArgument(
          wrong.isEmpty(),
          "logits must be finite, got %s for the tag \"%s\"",
          wrong.isEmpty() ? 0 : row[wrong.getAsInt()],
          wrong.isEmpty() ? "" : tagNames.get(wrong.getAsInt()));
    }

    /**
     * {@return the results over all added images}
     *
     * @throws IllegalArgumentException if no image was added
     */
    public TagEvaluation result() {
      checkArgument(!logits.isEmpty(), "An evaluation must have at least one image, got none");
      return new TagEvaluation(this);
    }
  }
}
