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
 * Trains a network: cuts it, computes the outputs of the stem once, and trains the tail. An
 * instance is for one run.
 */
public final class Trainer {

  /**
   * The result of a run.
   *
   * @param weights the weights of all layers
   * @param history the finished epochs
   */
  public record Result(Weights weights, History history) {}

  private final TrainingJob job;
  private final TrainOptions options;

  /** The state to resume from. Set to null once it is restored, because it is large. */
  private @Nullable TrainingState from;

  private final Cut cut;
  private final NormPolicy norms;
  private final Course course;

  /** Prepares a run from the first epoch. */
  public Trainer(TrainingJob job) {
    this(job, null);
  }

  /**
   * Returns a trainer that resumes from a state.
   *
   * @throws IllegalArgumentException if the state is of a run with other settings, or the job has
   *     fewer epochs than the state
   */
  public static Trainer from(TrainingState state, TrainingJob job) {
    JobSettings.requireSame(state.settings(), JobSettings.of(job));
    checkArgument(
        job.options().epochs() >= state.epoch(),
        "epochs must be >= %s, the epoch of the training state, got %s",
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
   * Trains to the last epoch.
   *
   * @throws StoppedTraining if a loss, logit or weight is not finite, or the thread is interrupted
   * @throws IllegalArgumentException if a batch has one value per channel for a trainable batch
   *     normalisation
   * @throws IllegalStateException if the run does not fit into memory
   * @throws dev.finetune.data.DatasetException if images cannot be read or have values that are not
   *     finite
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
      // The epochs decode images as they need them, so all are checked before. With a stem, the
      // pass
      // that computes its outputs checks them.
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

  /** Returns the number of steps of an epoch. */
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
    // While the stem computes, the tail has its parameters in memory, but no activations.
    long parameters = learner.network().bytes(0);
    IntToLongFunction tail = learner.network()::bytes;
    // Measured before images are decoded: garbage in the heap counts as memory of the process.
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

  /** Returns the bytes that were free outside the heap before the network took its parameters. */
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
