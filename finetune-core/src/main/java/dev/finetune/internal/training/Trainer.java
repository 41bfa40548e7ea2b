package dev.finetune.internal.training;

import static com.google.common.base.Preconditions.checkArgument;

import dev.finetune.data.DatasetCheck;
import dev.finetune.data.Interruption;
import dev.finetune.engine.Engines;
import dev.finetune.engine.NormPolicy;
import dev.finetune.graph.LayerGraph;
import dev.finetune.internal.training.StoppedTraining.Reason;
import dev.finetune.train.History;
import dev.finetune.train.MemoryEstimate;
import dev.finetune.train.TrainOptions;
import dev.finetune.train.TrainingObserver;
import dev.finetune.weights.Weights;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Consumer;
import java.util.function.IntToLongFunction;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Trains the tail of a cut network from the stem's outputs, which it computes once. For one run.
 */
public final class Trainer {

  /** The trained values of every parameter, and the course. */
  public record Result(Weights weights, History history) {}

  private final TrainingJob job;
  private final TrainOptions options;

  /** Given up once it is restored: it has as many values as the training itself. */
  private @Nullable TrainingState from;

  private final Cut cut;
  private final NormPolicy norms;
  private final Course course;

  /** Prepares a training from its beginning. */
  public Trainer(TrainingJob job) {
    this(job, null);
  }

  /**
   * Returns a training that goes on from a state.
   *
   * @throws IllegalArgumentException if the state is of a training with other settings
   */
  public static Trainer from(TrainingState state, TrainingJob job) {
    JobSettings.requireSame(state.settings(), JobSettings.of(job));
    checkArgument(
        job.options().epochs() >= state.epoch(),
        "A training must go on to the epoch that it is in or further: epochs must be >= %s, got %s",
        state.epoch(),
        job.options().epochs());
    return new Trainer(job, state);
  }

  private Trainer(TrainingJob job, @Nullable TrainingState from) {
    this.job = job;
    this.options = job.options();
    this.from = from;
    this.cut = Cut.of(job.graph(), job.frozen());
    this.course = new Course(options.keep(), job.initial());
    if (from != null) {
      course.restore(from.history(), from.kept());
    }
    this.norms = new NormPolicy(options.batchNormStatistics(), job.pretrained(), batches());
  }

  /**
   * Runs the training to its end.
   *
   * @throws StoppedTraining if a loss is not finite, or the thread is interrupted
   */
  public Result run() {
    new BatchesOfOne(job, norms).refuse();
    try {
      return runToTheEnd();
    } catch (StoppedTraining e) {
      throw e;
    } catch (RuntimeException e) {
      if (Interruption.caused(e)) {
        throw course.stopped(Reason.INTERRUPTED, course.place(), e);
      }
      throw e;
    }
  }

  private Result runToTheEnd() {
    if (Thread.currentThread().isInterrupted()) {
      throw course.stopped(Reason.INTERRUPTED, course.place(), null);
    }
    if (cut.stem().isEmpty()) {
      // Each epoch decodes the images anew, so that this is a pass of its own. With a stem the pass
      // that computes its outputs is the check.
      DatasetCheck.verify(job.train(), job.valid());
    }
    tell(o -> o.trainingStarted(job.train().size(), job.valid().size(), options.epochs()));
    try (Learner learner =
        Learner.of(
            cut.tail(),
            cut.frozenInTail(),
            job.initial(),
            norms,
            job.engine(),
            options.loss(),
            updates())) {
      return cut.stem().isPresent()
          ? trainFromFeatures(learner, cut.stem().get())
          : trainFromImages(learner);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private UpdatePlan updates() {
    Places places = new Places(job.graph());
    return new UpdatePlan(
        options.optimizer(),
        options.schedule(),
        (long) options.epochs() * batches(),
        parameter -> options.groups().of(places.of(parameter)));
  }

  /** Returns how many steps an epoch has. */
  private int batches() {
    return (job.train().size() + options.batchSize() - 1) / options.batchSize();
  }

  private Result trainFromImages(Learner learner) throws IOException {
    tell(preflight(learner.network()::bytes, nativeFree(learner)).require());
    try (Sources sources = Sources.images(job)) {
      return train(learner, sources, 0);
    }
  }

  private Result trainFromFeatures(Learner learner, LayerGraph layers) throws IOException {
    long start = System.nanoTime();
    // While the stem computes the tail has its parameters already, but no activations.
    long parameters = learner.network().bytes(0);
    IntToLongFunction tail = learner.network()::bytes;
    // Taken before images are decoded: the heap's garbage is a part of the process's memory.
    long free = nativeFree(learner);
    MemoryEstimate withoutStem = preflight(tail, free).require();
    LongConsumer required =
        stem ->
            tell(
                preflight(batch -> Math.max(tail.applyAsLong(batch), parameters + stem), free)
                    .requireNative());
    try (Stem stem = new Stem(layers, job.initial(), job.input(), job.engine(), required);
        Sources sources = Sources.features(job, stem)) {
      if (!stem.made()) {
        tell(withoutStem);
      }
      stem.release();
      return train(learner, sources, secondsSince(start));
    }
  }

  private Result train(Learner learner, Sources sources, double stemSeconds) {
    EpochSums begun = EpochSums.NONE;
    if (from != null) {
      learner.restore(from.learner());
      begun = from.sums();
      from = null;
    }
    course.stemTook(stemSeconds);
    new TrainingLoop(job, course, learner, sources).run(begun);
    History history = course.history();
    tell(o -> o.trainingEnded(history));
    return new Result(course.trained().orElseThrow(), history);
  }

  private Preflight preflight(IntToLongFunction nativeBytes, long nativeFree) {
    return new Preflight(job, cut.stem(), nativeBytes, nativeFree);
  }

  /** Returns what was free outside the heap before the network took its parameters. */
  private long nativeFree(Learner learner) {
    return Engines.find(job.engine()).freeMemory() + learner.network().bytes(0);
  }

  private void tell(MemoryEstimate estimate) {
    tell(o -> o.memoryEstimated(estimate));
  }

  private void tell(Consumer<TrainingObserver> event) {
    options.observers().forEach(event);
  }

  static double secondsSince(long nanoTime) {
    return (System.nanoTime() - nanoTime) / 1e9;
  }
}
