package dev.finetune.internal.training;

import dev.finetune.data.Shuffle;
import dev.finetune.engine.Batch;
import dev.finetune.engine.TrainableNetwork;
import dev.finetune.graph.layer.Shape;
import dev.finetune.internal.training.StoppedTraining.Place;
import dev.finetune.internal.training.StoppedTraining.Reason;
import dev.finetune.loss.Targets;
import dev.finetune.train.BatchResult;
import dev.finetune.train.EpochResult;
import dev.finetune.train.TrainOptions;
import dev.finetune.train.TrainingEnd;
import dev.finetune.weights.Finite;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Runs the epochs of a phase: steps, statistics, validation, checkpoints. */
final class TrainingLoop {

  private final Run run;
  private final TrainingJob job;
  private final TrainOptions options;
  private final Course course;
  private final Learner learner;
  private final Sources sources;
  private final Mixing mixing;
  private final int[] labels;

  /** Computed with the first state, because it hashes the weights of the stem. */
  private @Nullable Map<String, String> settings;

  /**
   * Creates the loop of a phase.
   *
   * @param inputs the shape of each input of the tail
   */
  TrainingLoop(Run run, Learner learner, Sources sources, List<Shape> inputs) {
    this.run = run;
    this.job = run.job();
    this.options = job.options();
    this.course = run.course();
    this.learner = learner;
    this.sources = sources;
    this.mixing = new Mixing(job, inputs);
    this.labels = labels(job.data().trainTargets());
  }

  /** Returns the label of each image; zeros if images have no classes. */
  private static int[] labels(Targets targets) {
    return targets.kind() == Targets.Kind.CLASSES
        ? IntStream.range(0, targets.size()).map(targets::label).toArray()
        : new int[targets.size()];
  }

  /**
   * Trains to an epoch, or until the run has to end.
   *
   * @param begun the sums of the next epoch, if a run resumes within it
   * @param lastEpoch the last epoch of the phase
   * @throws StoppedTraining if a loss, logit or weight is not finite, the thread is interrupted, or
   *     the run has to end before there is a model
   */
  void run(EpochSums begun, int lastEpoch) {
    EpochSums sums = begun;
    for (int epoch = course.place().epoch() + 1; epoch <= lastEpoch && !run.ended(); epoch++) {
      EpochMeter meter = new EpochMeter(epoch, job, sums);
      Optional<TrainingEnd> end = trainEpoch(meter, epoch);
      if (end.isPresent()) {
        // Before an unfinished epoch is validated: a run that resumes continues within it.
        run.checkpoint(() -> state(meter.sums()));
        if (epoch > 1) {
          course.end(end.get());
          return;
        }
        requireSteps(meter);
      }
      finish(meter, epoch);
      if (end.isPresent()) {
        course.end(end.get());
        return;
      }
      run.checkpoint(() -> state(EpochSums.NONE));
      sums = EpochSums.NONE;
    }
  }

  private void requireSteps(EpochMeter meter) {
    if (meter.sums().steps() == 0) {
      throw course.stopped(Reason.ENDED, course.place(), null);
    }
  }

  /** Takes the steps of an epoch. Returns why the run has to end within it, if it has to. */
  private Optional<TrainingEnd> trainEpoch(EpochMeter meter, int epoch) {
    int[] order = order(epoch);
    int first = meter.sums().images();
    long changes = Seeds.changes(options.seed(), epoch);
    try (Examples.Cursor cursor = sources.train().open(order, first, changes)) {
      for (int from = first; from < order.length; from += job.imagesPerStep()) {
        Place place = new Place(epoch, from / job.imagesPerStep() + 1, 0);
        requireNotInterrupted(place);
        Optional<TrainingEnd> end = run.clock().end(reserve(meter));
        if (end.isPresent()) {
          return end;
        }
        int to = Math.min(from + job.imagesPerStep(), order.length);
        step(meter, place, cursor, Arrays.copyOfRange(order, from, to));
      }
    }
    return Optional.empty();
  }

  private void step(EpochMeter meter, Place place, Examples.Cursor cursor, int[] indices) {
    List<Targets> used = new ArrayList<>();
    List<Learner.Part> parts = new ArrayList<>();
    for (int from = 0; from < indices.length; from += options.batch()) {
      int[] part =
          Arrays.copyOfRange(indices, from, Math.min(from + options.batch(), indices.length));
      int number = (place.step() - 1) * options.accumulate() + parts.size();
      parts.add(
          new Learner.Part(
              () -> {
                Learner.Labelled examples = examples(meter, cursor, part, place.epoch(), number);
                used.add(examples.targets());
                return examples;
              },
              Seeds.step(options.seed(), place.epoch(), number)));
    }
    Learner.Step step = learner.step(parts);
    requireFinite(new Place(place.epoch(), place.step(), step.loss()));
    meter.add(step.loss(), score(step.outputs(), used), indices.length);
    BatchResult result = meter.progress(course.history().epochs());
    run.observers().tell("batchEnded", o -> o.batchEnded(result));
    job.states().forEach(o -> o.stepEnded(() -> state(meter.sums())));
    run.checkpointIfDue(() -> state(meter.sums()));
  }

  /** Returns a batch of examples, mixed if the options say so. */
  private Learner.Labelled examples(
      EpochMeter meter, Examples.Cursor cursor, int[] indices, int epoch, int number) {
    long asked = System.nanoTime();
    Batch batch = cursor.batch(indices.length);
    meter.waited(Trainer.secondsSince(asked));
    return mixing.mix(batch, job.data().trainTargets().select(indices), epoch, number);
  }

  private double score(List<float[]> outputs, List<Targets> targets) {
    float[][] own = job.data().own(outputs.toArray(float[][]::new));
    double sum = 0;
    int at = 0;
    for (Targets part : targets) {
      for (int i = 0; i < part.size(); i++) {
        sum += job.data().task().score(own[at++], part, i);
      }
    }
    return sum;
  }

  /** Returns the estimated seconds to recompute statistics and validate. */
  private double reserve(EpochMeter meter) {
    if (run.finishSeconds() > 0) {
      return run.finishSeconds();
    }
    EpochSums sums = meter.sums();
    int images =
        sources.valid().size()
            + (learner.network().recomputesStatistics() ? sources.train().size() : 0);
    return sums.images() == 0 ? 0 : images * sums.trainSeconds() / sums.images();
  }

  private void finish(EpochMeter meter, int epoch) {
    long start = System.nanoTime();
    EpochResult result = learner.withAverages(() -> evaluated(meter, epoch));
    run.finishTook(Trainer.secondsSince(start));
    run.observers().tell("epochEnded", o -> o.epochEnded(result));
  }

  /** Validates the current weights, and keeps them if the run would return them. */
  private EpochResult evaluated(EpochMeter meter, int epoch) {
    settleStatistics(epoch);
    Validation validation = new Validation(job.data().task(), options.metrics());
    validate(epoch, validation);
    if (!learner.network().finite()) {
      throw course.stopped(Reason.DIVERGED, new Place(epoch, 0, Double.NaN), null);
    }
    Task.Result valid = validation.result();
    EpochResult result = meter.result(valid, validation.metrics());
    if (course.add(result, () -> new Kept(learner.network().weights(), valid.fitted()))) {
      run.writeBest();
    }
    run.observers()
        .tell(
            "epochValidated",
            o -> o.epochValidated(result, () -> job.ofModel(learner.network().weights())));
    return result;
  }

  private int[] order(int epoch) {
    return options.shuffle()
        ? options.sampling().order(labels, Seeds.order(options.seed(), epoch))
        : IntStream.range(0, sources.train().size()).toArray();
  }

  private TrainingState state(EpochSums sums) {
    if (settings == null) {
      settings = JobSettings.of(job);
    }
    return new TrainingState(settings, learner.state(), course.history(), sums, course.kept());
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
      for (int from = 0; from < order.length; from += options.batch()) {
        tail.observe(cursor.batch(Math.min(options.batch(), order.length - from)));
      }
    }
    tail.settle();
  }

  private void validate(int epoch, Validation validation) {
    Examples valid = sources.valid();
    int[] order = IntStream.range(0, valid.size()).toArray();
    try (Examples.Cursor cursor = valid.open(order, 0, 0)) {
      for (int from = 0; from < order.length; from += options.batch()) {
        int count = Math.min(options.batch(), order.length - from);
        requireNotInterrupted(new Place(epoch, 0, 0));
        float[][] outputs = learner.network().logits(cursor.batch(count));
        for (int i = 0; i < count; i++) {
          if (!Finite.all(outputs[i])) {
            throw course.stopped(Reason.DIVERGED, new Place(epoch, 0, Double.NaN), null);
          }
        }
        int[] indices = Arrays.copyOfRange(order, from, from + count);
        validation.add(job.data().own(outputs), job.data().validTargets().select(indices));
      }
    }
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
}
