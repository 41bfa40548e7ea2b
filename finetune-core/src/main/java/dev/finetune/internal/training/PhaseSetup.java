package dev.finetune.internal.training;

import dev.finetune.engine.Engines;
import dev.finetune.engine.NormPolicy;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.layer.Shape;
import dev.finetune.internal.training.StoppedTraining.Reason;
import dev.finetune.train.MemoryEstimate;
import dev.finetune.train.TrainOptions;
import dev.finetune.train.TrainingEnd;
import dev.finetune.weights.Weights;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.IntToLongFunction;
import java.util.function.LongConsumer;

/**
 * Sets up the phases of a run: checks their memory, computes their stem, and opens the examples of
 * their tail.
 */
final class PhaseSetup {

  private final TrainingJob job;
  private final TrainOptions options;
  private final Course course;
  private final NormPolicy norms;

  /**
   * Prepares the phases of a job.
   *
   * @param course the results so far, which tell where a run ends that has to end in a stem
   */
  PhaseSetup(TrainingJob job, Course course) {
    this.job = job;
    this.options = job.options();
    this.course = course;
    this.norms = new NormPolicy(options.batchNormStatistics(), job.pretrained(), job.steps());
  }

  /**
   * Checks that the batches of all phases can train.
   *
   * @throws IllegalArgumentException if a batch has one value per channel for a trainable batch
   *     normalisation, or the images cannot be mixed
   */
  void requireBatches() {
    for (int index = 0; index < job.phases().size(); index++) {
      JobPhase phase = JobPhase.of(job, index);
      requireBatches(phase);
      List<Shape> inputs = phase.inputs();
      options.mix().ifPresent(mix -> mix.require(inputs, job.data().trainTargets().kind()));
    }
  }

  /** Checks that the batches of a phase can train. */
  void requireBatches(JobPhase phase) {
    new BatchesOfOne(phase.job(), phase.frozen(), norms).refuse();
  }

  /** Returns the tail of a phase with the updates of the run. */
  Learner learner(JobPhase phase, Weights weights) {
    return learner(phase, weights, updates());
  }

  /** Returns the tail of a phase. */
  Learner learner(JobPhase phase, Weights weights, UpdatePlan updates) {
    Cut cut = phase.cut();
    return Learner.of(
        cut.tail(), cut.frozenInTail(), weights, norms, job.engine(), job.loss(), updates);
  }

  /** Returns how the parameters of the network are updated. */
  UpdatePlan updates() {
    Places places = new Places(job.graph());
    return new UpdatePlan(
        options.optimizer(),
        options.schedule(),
        (long) options.epochs() * job.steps(),
        parameter ->
            Parts.required(
                "Parameter groups",
                options.groups(),
                "of",
                () -> options.groups().of(places.of(parameter))),
        parameter -> stepsBefore(parameter.layer()),
        options.clip(),
        options.average());
  }

  /** Returns the number of steps before the parameters of a layer begin to train. */
  private long stepsBefore(String layer) {
    return job.phases().stream()
        .filter(phase -> !phase.frozen().contains(layer))
        .findFirst()
        .map(phase -> (phase.firstEpoch() - 1L) * job.steps())
        .orElse(0L);
  }

  /** Something done with the examples of the tail. */
  interface Use {
    /**
     * Uses the examples.
     *
     * @param stemSeconds the time in which the stem was computed; 0 without a stem
     */
    void with(Sources sources, double stemSeconds);
  }

  /** Checks the memory, computes the stem, and runs something with the examples of the tail. */
  void withSources(Run run, Learner learner, JobPhase phase, Use use) throws IOException {
    if (phase.stem().isPresent()) {
      withFeatures(run, learner, phase, phase.stem().get(), use);
      return;
    }
    requireMemory(run, learner, phase);
    try (Sources sources = Sources.images(phase.job(), run.images())) {
      use.with(sources, 0);
    }
  }

  /** Checks the memory of a phase without a stem. */
  void requireMemory(Run run, Learner learner, JobPhase phase) {
    tell(run, preflight(run, phase, learner.network()::bytes, nativeFree(learner)).require());
  }

  /** Checks the memory of later phases whose images are larger, before the first one trains. */
  void requireLaterMemory(Run run) {
    int current = job.phaseOf(course.place().epoch() + 1);
    int last = job.phaseOf(options.epochs());
    if (job.phases().get(current).side().isEmpty()) {
      return;
    }
    for (int index = current + 1; index <= last; index++) {
      JobPhase phase = JobPhase.of(job, index);
      try (Learner learner = learner(phase, job.initial())) {
        preflight(run, phase, learner.network()::bytes, nativeFree(learner)).require();
      }
    }
  }

  private void withFeatures(Run run, Learner learner, JobPhase phase, LayerGraph layers, Use use)
      throws IOException {
    long start = System.nanoTime();
    withStem(
        run,
        learner,
        phase,
        layers,
        (stem, withoutStem) -> {
          try (Sources sources =
              Sources.features(
                  phase.job(),
                  run.images(),
                  stem,
                  (done, total) -> stemProgress(run, done, total))) {
            if (!stem.made()) {
              tell(run, withoutStem);
            }
            stem.release();
            use.with(sources, Trainer.secondsSince(start));
          }
        });
  }

  /** Something done with a stem. */
  interface StemUse {
    /**
     * Uses the stem, which is closed afterwards.
     *
     * @param withoutStem the memory that the tail needs if the stem computes nothing
     */
    void with(Stem stem, MemoryEstimate withoutStem) throws IOException;
  }

  /** Checks the memory and runs something with a stem. */
  void withStem(Run run, Learner learner, JobPhase phase, LayerGraph layers, StemUse use)
      throws IOException {
    // While the stem computes, the tail has its parameters in memory, but no activations.
    long parameters = learner.network().bytes(0);
    IntToLongFunction tail = learner.network()::bytes;
    // Measured before images are decoded: garbage in the heap counts as memory of the process.
    long free = nativeFree(learner);
    MemoryEstimate withoutStem = preflight(run, phase, tail, free).require();
    LongConsumer required =
        bytes ->
            tell(
                run,
                preflight(
                        run,
                        phase,
                        batch -> Math.max(tail.applyAsLong(batch), parameters + bytes),
                        free)
                    .requireNative());
    try (Stem stem = new Stem(layers, job.initial(), phase.job().input(), job.engine(), required)) {
      use.with(stem, withoutStem);
    }
  }

  private void stemProgress(Run run, int done, int total) {
    run.observers().tell("stemProgress", o -> o.stemProgress(done, total));
    Optional<TrainingEnd> end = run.clock().end(0);
    if (end.isPresent()) {
      throw course.place().epoch() == 0
          ? course.stopped(Reason.ENDED, course.place(), null)
          : new EndedInStem(end.get());
    }
  }

  private Preflight preflight(
      Run run, JobPhase phase, IntToLongFunction nativeBytes, long nativeFree) {
    return new Preflight(new HeapNeed(phase, updates()), run.images(), nativeBytes, nativeFree);
  }

  /** Returns the bytes that were free outside the heap before the network took its parameters. */
  private long nativeFree(Learner learner) {
    return Engines.find(job.engine()).freeMemory() + learner.network().bytes(0);
  }

  private static void tell(Run run, MemoryEstimate estimate) {
    run.observers().tell("memoryEstimated", o -> o.memoryEstimated(estimate));
  }

  /** Thrown if the run has to end while the stem of a later phase is computed. */
  static final class EndedInStem extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final TrainingEnd reason;

    EndedInStem(TrainingEnd reason) {
      super(reason.reason());
      this.reason = reason;
    }

    TrainingEnd reason() {
      return reason;
    }
  }
}
