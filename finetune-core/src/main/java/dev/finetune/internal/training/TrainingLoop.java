package dev.finetune.internal.training;

import dev.finetune.data.Labels;
import dev.finetune.data.Shuffle;
import dev.finetune.engine.Batch;
import dev.finetune.engine.TrainableNetwork;
import dev.finetune.internal.training.StoppedTraining.Place;
import dev.finetune.internal.training.StoppedTraining.Reason;
import dev.finetune.loss.Targets;
import dev.finetune.train.BatchResult;
import dev.finetune.train.EpochResult;
import dev.finetune.train.TrainOptions;
import dev.finetune.train.TrainingObserver;
import dev.finetune.weights.Finite;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Runs the epochs of a training run: steps, statistics, validation. */
final class TrainingLoop {

  private final TrainingJob job;
  private final TrainOptions options;
  private final Course course;
  private final Learner learner;
  private final Sources sources;

  /** The labels, read once: all epochs use the same ones even if a dataset changes. */
  private final int[] trainLabels;

  private final int[] validLabels;

  /** Computed with the first state, because it hashes the weights of the stem. */
  private @Nullable Map<String, String> settings;

  TrainingLoop(TrainingJob job, Course course, Learner learner, Sources sources) {
    this.job = job;
    this.options = job.options();
    this.course = course;
    this.learner = learner;
    this.sources = sources;
    List<int[]> labels = Labels.of(job.train(), job.valid());
    this.trainLabels = labels.get(0);
    this.validLabels = labels.get(1);
  }

  /**
   * Trains to the last epoch.
   *
   * @param begun the sums of the next epoch, if a run resumes within it
   * @throws StoppedTraining if a loss, logit or weight is not finite, or the thread is interrupted
   */
  void run(EpochSums begun) {
    EpochSums sums = begun;
    for (int epoch = course.place().epoch() + 1; epoch <= options.epochs(); epoch++) {
      EpochMeter meter = new EpochMeter(epoch, sources.train().size(), options, sums);
      trainEpoch(meter, epoch);
      settleStatistics(epoch);
      Validation validation = new Validation(job.valid().classNames(), options.metrics());
      validate(epoch, validation);
      if (!learner.network().finite()) {
        throw course.stopped(Reason.DIVERGED, new Place(epoch, 0, Double.NaN), null);
      }
      EpochResult result = meter.result(validation.evaluation(), validation.metrics());
      course.add(result, learner.network()::weights);
      tell(o -> o.epochEnded(result));
      sums = EpochSums.NONE;
    }
  }

  private void trainEpoch(EpochMeter meter, int epoch) {
    int[] order = order(epoch);
    int first = meter.sums().images();
    long changes = Seeds.changes(options.seed(), epoch);
    try (Examples.Cursor cursor = sources.train().open(order, first, changes)) {
      for (int from = first; from < order.length; from += options.batchSize()) {
        int number = from / options.batchSize() + 1;
        requireNotInterrupted(new Place(epoch, number, 0));
        int[] indices =
            Arrays.copyOfRange(order, from, Math.min(from + options.batchSize(), order.length));
        int[] labels = IntStream.of(indices).map(i -> trainLabels[i]).toArray();
        long asked = System.nanoTime();
        Batch batch = take(cursor, indices.length);
        meter.waited(Trainer.secondsSince(asked));
        Learner.Step step =
            learner.step(
                batch, Targets.classes(labels), Seeds.step(options.seed(), epoch, number - 1));
        requireFinite(new Place(epoch, number, step.loss()));
        meter.add(step, indices.length);
        BatchResult result = meter.progress(course.history().epochs());
        tell(o -> o.batchEnded(result));
        job.states().forEach(o -> o.stepEnded(() -> state(meter)));
      }
    }
  }

  private int[] order(int epoch) {
    int images = sources.train().size();
    return options.shuffle()
        ? Shuffle.permutation(images, Seeds.order(options.seed(), epoch))
        : IntStream.range(0, images).toArray();
  }

  private TrainingState state(EpochMeter meter) {
    if (settings == null) {
      settings = JobSettings.of(job);
    }
    return new TrainingState(
        settings, learner.state(), course.history(), meter.sums(), course.kept());
  }

  /** Recomputes statistics from shuffled images: the dataset may be sorted by class. */
  private void settleStatistics(int epoch) {
    TrainableNetwork tail = learner.network();
    if (!tail.recomputesStatistics()) {
      return;
    }
    long seed = Seeds.statistics(options.seed(), epoch);
    int[] order = Shuffle.permutation(sources.train().size(), seed);
    try (Examples.Cursor cursor = sources.train().open(order, 0, seed)) {
      for (int from = 0; from < order.length; from += options.batchSize()) {
        tail.observe(take(cursor, Math.min(options.batchSize(), order.length - from)));
      }
    }
    tail.settle();
  }

  private void validate(int epoch, Validation validation) {
    Examples valid = sources.valid();
    int[] order = IntStream.range(0, valid.size()).toArray();
    try (Examples.Cursor cursor = valid.open(order, 0, 0)) {
      for (int from = 0; from < order.length; from += options.batchSize()) {
        int count = Math.min(options.batchSize(), order.length - from);
        requireNotInterrupted(new Place(epoch, 0, 0));
        float[][] logits = learner.network().logits(take(cursor, count));
        for (int i = 0; i < count; i++) {
          if (!Finite.all(logits[i])) {
            throw course.stopped(Reason.DIVERGED, new Place(epoch, 0, Double.NaN), null);
          }
        }
        validation.add(logits, Arrays.copyOfRange(validLabels, from, from + count));
      }
    }
  }

  private static Batch take(Examples.Cursor cursor, int count) {
    List<FloatBuffer[]> batch = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      batch.add(cursor.next());
    }
    return new Batch(batch);
  }

  private void requireNotInterrupted(Place place) {
    if (Thread.currentThread().isInterrupted()) {
      throw course.stopped(Reason.INTERRUPTED, place, null);
    }
  }

  private void requireFinite(Place place) {
    if (!Double.isFinite(place.loss())) {
      throw course.stopped(Reason.DIVERGED, place, null);
    }
  }

  private void tell(Consumer<TrainingObserver> event) {
    options.observers().forEach(event);
  }
}
