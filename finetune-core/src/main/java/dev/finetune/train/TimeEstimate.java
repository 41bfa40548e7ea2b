package dev.finetune.train;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import java.util.List;
import java.util.Locale;

/**
 * The predicted duration of a training on this machine, from the measured time of a few of its
 * operations. All times are wall times in seconds.
 *
 * <p>Measured, and contained in the times: decoding, augmenting and preparing images on the threads
 * that do so in training, while the network computes; the frozen stem for all variants of the
 * training images and for the validation images; the steps with their real batch size, mixtures,
 * accumulation, clipping and optimizer; recomputed batch normalisation statistics; validation;
 * averages and copies of the weights; the features of a {@linkplain Probe probe}.
 *
 * <p>Not contained: the fit of a probe; reading or downloading weights, the pass of {@link
 * CoTuning} over the images before the first step, checkpoints, observers, metrics, and the storage
 * of features. Early stopping and time limits are not considered, nor are features that a {@link
 * FeatureCache} has stored already, a checkpoint to resume from, or anything else that the machine
 * computes during the training but not during the measurement.
 *
 * @param phases the phases of the plan that the training reaches, in order, at least one
 */
public record TimeEstimate(List<Phase> phases) {

  /**
   * The predicted duration of a phase: of the epochs with the same frozen layers and size of
   * images.
   *
   * @param epochs the number of epochs, at least 1
   * @param stemSeconds the time before the first step, at least 0: the time to compute the outputs
   *     of the stem for all images. Without a stem, the time to decode and check all images, which
   *     only the first phase does
   * @param epochSeconds the time of an epoch, at least 0, with its validation
   */
  public record Phase(int epochs, double stemSeconds, double epochSeconds) {
    /**
     * Creates the estimate of a phase.
     *
     * @param epochs the number of epochs, at least 1
     * @param stemSeconds the time before the first step, at least 0
     * @param epochSeconds the time of an epoch, at least 0
     * @throws IllegalArgumentException if a value is outside its range or not finite
     */
    public Phase {
      checkArgument(epochs >= 1, "epochs must be >= 1, got %s", epochs);
      requireSeconds("stemSeconds", stemSeconds);
      requireSeconds("epochSeconds", epochSeconds);
    }

    private static void requireSeconds(String name, double value) {
      checkArgument(
          value >= 0 && Double.isFinite(value), "%s must be >= 0 and finite, got %s", name, value);
    }

    private double allEpochsSeconds() {
      return epochs * epochSeconds;
    }
  }

  /**
   * Creates an estimate. Copies the list.
   *
   * @param phases the phases that the training reaches, in order
   * @throws IllegalArgumentException if there is no phase
   */
  public TimeEstimate {
    checkArgument(!phases.isEmpty(), "phases must not be empty");
    phases = List.copyOf(phases);
  }

  /**
   * {@return an estimate whose first phase has more time before its first step}
   *
   * @param seconds the additional time in seconds, at least 0
   */
  public TimeEstimate after(double seconds) {
    Phase first = phases.get(0);
    return new TimeEstimate(
        ImmutableList.<Phase>builder()
            .add(new Phase(first.epochs(), first.stemSeconds() + seconds, first.epochSeconds()))
            .addAll(phases.subList(1, phases.size()))
            .build());
  }

  /** {@return the sum of {@link Phase#stemSeconds} over the phases} */
  public double stemSeconds() {
    return phases.stream().mapToDouble(Phase::stemSeconds).sum();
  }

  /** {@return the number of epochs of all phases} */
  public int epochs() {
    return phases.stream().mapToInt(Phase::epochs).sum();
  }

  /** {@return {@link #stemSeconds} and the time of all epochs of all phases, in seconds} */
  public double totalSeconds() {
    return stemSeconds() + phases.stream().mapToDouble(Phase::allEpochsSeconds).sum();
  }

  @Override
  public String toString() {
    StringBuilder text =
        new StringBuilder(String.format(Locale.ROOT, "about %.1f s", totalSeconds()));
    String separator = ": ";
    for (Phase phase : phases) {
      text.append(separator)
          .append(
              String.format(
                  Locale.ROOT,
                  "%.1f s before the first step, then %d %s of %.1f s",
                  phase.stemSeconds(),
                  phase.epochs(),
                  phase.epochs() == 1 ? "epoch" : "epochs",
                  phase.epochSeconds()));
      separator = "; ";
    }
    return text.toString();
  }
}
