package dev.finetune.internal.training;

import com.google.common.math.IntMath;
import dev.finetune.engine.Batch;
import dev.finetune.engine.TrainableNetwork;
import dev.finetune.internal.training.SampledImages.Sample;
import dev.finetune.loss.Targets;
import dev.finetune.train.TimeEstimate;
import dev.finetune.train.TrainOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Measures the operations of a phase on a sample of its images, and predicts the duration of the
 * phase. What runs at the same time in training does so here: the threads that prepare images
 * compete with the network for the processor cores, so their times cannot be added.
 *
 * <p>It changes the weights and statistics of the learner, which is not to be used afterwards.
 */
final class TimeProbe {

  /** The number of images from which steps are formed. */
  static final int IMAGES = 32;

  /**
   * The largest number of examples in a pass that is timed: enough batches that nearly all of them
   * are computed while others are prepared.
   */
  private static final int LONGEST_PASS = 8 * Stem.BATCH;

  /** The time of a pass over images if a network is slow, in seconds. */
  private static final double PASS = 1;

  private final TrainingJob job;
  private final TrainOptions options;
  private final Learner learner;
  private final Mixing mixing;
  private final SampledImages.Source samples;
  private final boolean first;

  /**
   * Prepares the probe of a phase.
   *
   * @param learner a new learner for the tail
   * @param images the images of the run
   * @param first whether the training uses no image before this phase
   */
  TimeProbe(JobPhase phase, Learner learner, RunImages images, boolean first) {
    this.job = phase.job();
    this.options = job.options();
    this.learner = learner;
    this.mixing = new Mixing(job, phase.inputs());
    this.samples = new SampledImages.Source(job, images);
    this.first = first;
  }

  /**
   * Measures a phase that trains from the first layer.
   *
   * @param epochs the number of its epochs
   */
  TimeEstimate.Phase withoutStem(int epochs) throws IOException {
    Sample sample = samples.draw(IMAGES, true);
    double checkSeconds = 0;
    if (first) {
      int cores = Runtime.getRuntime().availableProcessors();
      double perImage = secondsPerImage(cores, 1, this::check);
      checkSeconds = perImage * (job.train().size() + job.valid().size());
    }
    warmUp(sample);
    try (Sources sources = Sources.images(sample.job(), sample.images())) {
      return new TimeEstimate.Phase(
          epochs, checkSeconds, epochSeconds(sources, sample.job().data().trainTargets()));
    }
  }

  /**
   * Lets the JVM compile the preparation of images. A slow network leaves few repetitions for that.
   */
  private void warmUp(Sample sample) throws IOException {
    try (Sources sources = Sources.images(sample.job(), sample.images())) {
      secondsPerBatch(sources.train(), Math.min(IMAGES, options.batch()), unused -> {});
    }
  }

  private double check(int count) {
    RunImages images = samples.draw(count, false).images();
    long start = System.nanoTime();
    images.verify();
    return Trainer.secondsSince(start)
        / (images.train().data().size() + images.valid().data().size());
  }

  /**
   * Measures a phase with a stem.
   *
   * @param epochs the number of its epochs
   */
  TimeEstimate.Phase withStem(Stem stem, int epochs) throws IOException {
    warmUp(samples.draw(IMAGES, true));
    List<float[][]> features = new ArrayList<>();
    int variants = options.augmentation().isPresent() ? options.variants() : 1;
    int whole = Stem.BATCH / IntMath.gcd(Stem.BATCH, variants);
    double train =
        secondsPerImage(
            whole,
            variants,
            count -> stemPass(stem, Sources.trainVariants(options, draw(count)), features));
    double valid =
        secondsPerImage(
            Stem.BATCH,
            1,
            count -> stemPass(stem, Sources.validVariants(options, draw(count)), features));
    stem.release();
    TrainingJob sample = samples.draw(IMAGES, false).job();
    double epoch =
        epochSeconds(
            new Sources(
                new RepeatedExamples(features, sample.train().size()),
                new RepeatedExamples(features, sample.valid().size())),
            sample.data().trainTargets());
    return new TimeEstimate.Phase(
        epochs, train * job.train().size() + valid * job.valid().size(), epoch);
  }

  private RunImages draw(int count) {
    return samples.draw(count, !first).images();
  }

  /** Computes a sample and returns the seconds per image. Keeps the outputs of one batch. */
  private double stemPass(Stem stem, Variants sample, List<float[][]> features) throws IOException {
    long start = System.nanoTime();
    new StemPass(stem, job.input(), done -> {})
        .run(
            sample,
            (example, outputs) -> {
              if (features.size() < Stem.BATCH) {
                features.add(outputs);
              }
            });
    return Trainer.secondsSince(start) / sample.data().size();
  }

  /** A pass over a sample of images. */
  private interface Pass {
    /** Returns the seconds per image. */
    double seconds(int images) throws IOException;
  }

  /**
   * Returns the time per image of a pass.
   *
   * @param whole the number of images of a pass is a multiple of this
   * @param variants the number of examples per image
   */
  private static double secondsPerImage(int whole, int variants, Pass pass) throws IOException {
    int least = 2 * whole;
    double[] last = {PASS / least};
    return Timing.medians(
        () -> {
          double affordable = Math.min((double) LONGEST_PASS / variants, PASS / last[0]);
          last[0] = pass.seconds(Math.max(least, (int) affordable / whole * whole));
          return last.clone();
        })[0];
  }

  /** Returns the time of an epoch with its validation. */
  private double epochSeconds(Sources sources, Targets targets) {
    TrainableNetwork tail = learner.network();
    int batch = Math.min(options.batch(), job.train().size());
    int validBatch = Math.min(options.batch(), job.valid().size());
    double batches = (double) job.train().size() / batch;
    double validBatches = (double) job.valid().size() / validBatch;
    double seconds = stepsSeconds(sources.train(), targets, batch);
    if (tail.recomputesStatistics()) {
      seconds += batches * secondsPerBatch(sources.train(), batch, tail::observe);
    }
    seconds += validBatches * secondsPerBatch(sources.valid(), validBatch, tail::logits);
    return seconds + endSeconds(tail);
  }

  /** Returns the time of the steps of an epoch. */
  private double stepsSeconds(Examples examples, Targets targets, int batch) {
    double batches = (double) job.train().size() / batch;
    int parts = (int) Math.min(Math.min(2, options.accumulate()), Math.ceil(batches));
    int[] order = order(examples.size(), parts * batch);
    try (Examples.Cursor cursor = examples.open(order, 0, options.seed())) {
      int[] taken = {0};
      double[] times = Timing.medians(() -> step(cursor, order, targets, taken, batch, parts));
      // Each step ends with a batch and an update. The others are batches without one.
      return Math.max(0, batches - job.steps()) * times[0]
          + Math.min(batches, job.steps()) * times[1];
    }
  }

  /** Takes a step. Returns the time of its first batch, and that of its last with the update. */
  private double[] step(
      Examples.Cursor cursor, int[] order, Targets targets, int[] taken, int batch, int parts) {
    long[] started = new long[parts];
    List<Learner.Part> step = new ArrayList<>();
    for (int i = 0; i < parts; i++) {
      int part = i;
      int number = taken[0]++;
      step.add(
          new Learner.Part(
              () -> {
                started[part] = System.nanoTime();
                int[] indices = Arrays.copyOfRange(order, batch * number, batch * (number + 1));
                return mixing.mix(cursor.batch(batch), targets.select(indices), 1, number);
              },
              Seeds.step(options.seed(), 1, number)));
    }
    learner.step(step);
    double last = Trainer.secondsSince(started[parts - 1]);
    return new double[] {parts == 1 ? last : (started[1] - started[0]) / 1e9, last};
  }

  private double secondsPerBatch(Examples examples, int batch, Consumer<Batch> pass) {
    int[] order = order(examples.size(), batch);
    try (Examples.Cursor cursor = examples.open(order, 0, options.seed())) {
      return Timing.of(() -> pass.accept(cursor.batch(batch)));
    }
  }

  /**
   * Returns the indices of enough examples for all repetitions of a measurement, and for those that
   * are prepared ahead during the last one.
   */
  private int[] order(int size, int perRepetition) {
    int count =
        Math.addExact(
            Math.multiplyExact(perRepetition, Timing.MOST + 1),
            Math.multiplyExact(2, options.batch()));
    return IntStream.range(0, count).map(i -> i % size).toArray();
  }

  /** Returns the time of what ends an epoch: averages, statistics, checks and a copy. */
  private double endSeconds(TrainableNetwork tail) {
    long start = System.nanoTime();
    learner.withAverages(
        () -> {
          if (tail.recomputesStatistics()) {
            tail.settle();
          }
          return new Kept(tail.finite() ? tail.weights() : job.initial(), List.of());
        });
    return Trainer.secondsSince(start);
  }
}
