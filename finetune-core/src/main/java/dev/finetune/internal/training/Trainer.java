package dev.finetune.internal.training;

import static com.google.common.base.Preconditions.checkArgument;

import dev.finetune.internal.training.StoppedTraining.Reason;
import dev.finetune.train.Checkpoints;
import dev.finetune.train.History;
import dev.finetune.train.TrainOptions;
import dev.finetune.train.TrainingEnd;
import dev.finetune.train.TrainingStart;
import dev.finetune.weights.Weights;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Trains a network phase by phase. In each phase it cuts the network, computes the outputs of the
 * stem once, and trains the tail. An instance is for one run.
 */
public final class Trainer {

  /**
   * The result of a run.
   *
   * @param weights the weights of all layers
   * @param history the finished epochs
   * @param fitted what {@link Task.Result#fitted} is for these weights
   */
  public record Result(Weights weights, History history, List<Double> fitted) {}

  private final TrainingJob job;
  private final TrainOptions options;
  private final Course course;
  private final PhaseSetup setup;

  /** The state to resume from. Set to null once it is restored, because it is large. */
  private @Nullable TrainingState from;

  /** The time that the training took before this run. */
  private double secondsBefore;

  /** Whether a step may have been taken, so that a failure ends a training. */
  private boolean begun;

  /** Prepares a run from the first epoch, or from the checkpoint that the options name. */
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
    requireSame(state, job);
    return new Trainer(job, state);
  }

  private static void requireSame(TrainingState state, TrainingJob job) {
    JobSettings.requireSame(state.settings(), JobSettings.of(job));
    int started = state.step() > 0 ? state.epoch() : state.epoch() - 1;
    checkArgument(
        job.options().epochs() >= started,
        "epochs must be >= %s, the epoch of the training state, got %s",
        started,
        job.options().epochs());
  }

  private Trainer(TrainingJob job, @Nullable TrainingState from) {
    this.job = job;
    this.options = job.options();
    this.from = from;
    this.course = Course.of(job);
    this.setup = new PhaseSetup(job, course);
  }

  /**
   * Adds the time of a probe to that of the stem, and to the time that is limited. A run that is
   * resumed has counted it.
   */
  public Trainer after(double seconds) {
    secondsBefore = seconds;
    return this;
  }

  /**
   * Trains to the last epoch, or until the options end the run.
   *
   * @throws StoppedTraining if a loss, logit or weight is not finite, the thread is interrupted, an
   *     observer or another part fails after the first step, or the run has to end before there is
   *     a model
   * @throws IllegalArgumentException if a batch has one value per channel for a trainable batch
   *     normalisation, or a checkpoint is of another training
   * @throws IllegalStateException if the run does not fit into memory, or its checkpoints cannot be
   *     used
   * @throws dev.finetune.data.DatasetException if images cannot be read or have values that are not
   *     finite
   */
  public Result run() {
    try {
      return runToTheEnd();
    } catch (RuntimeException e) {
      throw course.failure(e, begun);
    }
  }

  private Result runToTheEnd() {
    setup.requireBatches();
    if (Thread.currentThread().isInterrupted()) {
      throw course.stopped(Reason.INTERRUPTED, course.place(), null);
    }
    Optional<Checkpoints> checkpoints = options.checkpoints();
    try {
      if (checkpoints.isEmpty()) {
        return train(Optional.empty());
      }
      try (CheckpointFolder folder = CheckpointFolder.open(checkpoints.get(), job.models())) {
        folder.state().ifPresent(this::resume);
        return train(Optional.of(folder));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void resume(TrainingState state) {
    requireSame(state, job);
    from = state;
  }

  private Result train(Optional<CheckpointFolder> folder) throws IOException {
    double before = secondsBefore;
    if (from == null) {
      course.stemTook(secondsBefore);
    } else {
      course.restore(from.history(), from.kept());
      before = from.history().totalSeconds() + from.sums().trainSeconds();
    }
    Run run =
        new Run(
            job,
            course,
            new Clock(options, before),
            new Observers(options.observers()),
            folder,
            RunImages.of(job, course.place().epoch() + 1, setup.updates()));
    setup.requireLaterMemory(run);
    run.observers()
        .tell(
            "trainingStarted",
            o ->
                o.trainingStarted(
                    new TrainingStart(
                        job.train().size(),
                        job.valid().size(),
                        options.epochs(),
                        course.place().epoch(),
                        job.data().task().score())));
    trainPhases(run);
    if (course.place().epoch() < options.epochs() && run.ended()) {
      course.end(TrainingEnd.NO_IMPROVEMENT);
    }
    History history = course.history();
    run.observers().tell("trainingEnded", o -> o.trainingEnded(history));
    return course.trained().orElseThrow();
  }

  private void trainPhases(Run run) throws IOException {
    @Nullable LearnerState carried = null;
    if (from != null && endsPhase(from)) {
      carried = from.learner();
      from = null;
    }
    boolean checked = false;
    while (course.place().epoch() < options.epochs()
        && course.history().end() == TrainingEnd.COMPLETED
        && !run.ended()) {
      int index = job.phaseOf(course.place().epoch() + 1);
      JobPhase phase = JobPhase.of(job, index);
      if (phase.stem().isEmpty() && !checked) {
        // All images are checked before the epochs use them, and kept if they fit into memory. With
        // a stem, the pass that computes its outputs checks them.
        run.images().verify();
      }
      checked = true;
      try {
        carried = trainPhase(run, phase, job.lastEpoch(index), carried);
      } catch (PhaseSetup.EndedInStem e) {
        course.end(e.reason());
      }
    }
  }

  /** Returns whether a state is that of the end of a phase, which another phase follows. */
  private boolean endsPhase(TrainingState state) {
    return state.step() == 0
        && state.epoch() > 1
        && job.phaseOf(state.epoch() - 1) != job.phaseOf(state.epoch());
  }

  /**
   * Trains the epochs of a phase.
   *
   * @param lastEpoch its last epoch
   * @param carried the state at the end of the previous phase; null if there is none
   * @return the state at the end; null after the last phase
   */
  private @Nullable LearnerState trainPhase(
      Run run, JobPhase phase, int lastEpoch, @Nullable LearnerState carried) throws IOException {
    Weights weights = carried == null ? job.initial() : job.initial().plus(carried.weights());
    try (Learner learner = setup.learner(phase, weights)) {
      if (carried != null) {
        learner.takeOver(carried);
      }
      setup.withSources(
          run,
          learner,
          phase,
          (sources, stemSeconds) -> {
            EpochSums sums = EpochSums.NONE;
            if (from != null) {
              learner.restore(from.learner());
              sums = from.sums();
              from = null;
            }
            course.stemTook(stemSeconds);
            if (!begun) {
              run.images().warnOfCommon();
            }
            begun = true;
            new TrainingLoop(run, learner, sources, phase.inputs()).run(sums, lastEpoch);
          });
      return lastEpoch < options.epochs() ? learner.state() : null;
    }
  }

  static double secondsSince(long nanoTime) {
    return (System.nanoTime() - nanoTime) / 1e9;
  }
}
