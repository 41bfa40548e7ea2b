package dev.finetune.internal.training;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableSet;
import dev.finetune.data.Interruption;
import dev.finetune.engine.Engines;
import dev.finetune.engine.NormPolicy;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.Shape;
import dev.finetune.internal.pipeline.DecodedImages;
import dev.finetune.internal.probe.LinearProbe;
import dev.finetune.internal.probe.ProbeExamples;
import dev.finetune.internal.training.StoppedTraining.Reason;
import dev.finetune.train.Checkpoints;
import dev.finetune.train.History;
import dev.finetune.train.LearningRates;
import dev.finetune.train.MemoryEstimate;
import dev.finetune.train.TimeEstimate;
import dev.finetune.train.TrainOptions;
import dev.finetune.train.TrainingEnd;
import dev.finetune.train.TrainingObserver;
import dev.finetune.train.TrainingStart;
import dev.finetune.weights.Weights;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.IntToLongFunction;
import java.util.function.LongConsumer;
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
  private final NormPolicy norms;

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
    this.course =
        new Course(options.keep(), job.data().task().score(), job.initial(), job::sameSizeSince);
    this.norms = new NormPolicy(options.batchNormStatistics(), job.pretrained(), job.steps());
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
      throw failure(e);
    }
  }

  private RuntimeException failure(RuntimeException e) {
    if (e instanceof StoppedTraining) {
      return e;
    }
    if (Interruption.caused(e)) {
      return course.stopped(Reason.INTERRUPTED, course.place(), e);
    }
    return begun ? course.stopped(Reason.FAILED, course.place(), e) : e;
  }

  private Result runToTheEnd() {
    requireBatches();
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

  private void requireBatches() {
    for (int index = 0; index < job.phases().size(); index++) {
      JobPhase phase = JobPhase.of(job, index);
      new BatchesOfOne(phase.job(), phase.frozen(), norms).refuse();
      List<Shape> inputs = phase.inputs();
      options.mix().ifPresent(mix -> mix.require(inputs, job.data().trainTargets().kind()));
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
            RunImages.of(job, course.place().epoch() + 1, updates()));
    requireLaterMemory(run);
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
      } catch (EndedInStem e) {
        course.end(e.reason);
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
    try (Learner learner = learner(phase, weights)) {
      if (carried != null) {
        learner.takeOver(carried);
      }
      withSources(
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
            begun = true;
            new TrainingLoop(run, learner, sources, phase.inputs()).run(sums, lastEpoch);
          });
      return lastEpoch < options.epochs() ? learner.state() : null;
    }
  }

  /**
   * Searches a learning rate for the first phase.
   *
   * @throws IOException if stored features cannot be read or written
   */
  public LearningRates findLearningRate() throws IOException {
    JobPhase phase = JobPhase.of(job, 0);
    new BatchesOfOne(phase.job(), phase.frozen(), norms).refuse();
    RunImages images = RunImages.of(job, 1, updates());
    if (phase.stem().isEmpty()) {
      DecodedImages.verify(images.train());
    }
    Run run = untimed(images, options.observers());
    List<LearningRates> found = new ArrayList<>();
    try (Learner learner = learner(phase, job.initial())) {
      withSources(
          run,
          learner,
          phase,
          (sources, stemSeconds) -> {
            try (EndlessBatches batches =
                new EndlessBatches(
                    sources.train(),
                    job.data().trainTargets()::select,
                    options.batch(),
                    options.seed())) {
              found.add(new LearningRateFinder(learner, batches, LearningRateFinder.STEPS).find());
            }
          });
    }
    return found.get(0);
  }

  /**
   * Fits the last layer to the outputs of the layers before it, for images as in the first phase.
   * Tells observers of the features only.
   *
   * @param fit fits a layer to examples
   * @return the weights of all layers, and a history with one epoch
   * @throws StoppedTraining if the thread is interrupted, or the run has to end
   */
  public Probed probe(Function<ProbeExamples, LinearProbe.Layer> fit) throws IOException {
    long start = System.nanoTime();
    Node last = job.graph().node(job.graph().outputs().get(0));
    String summary =
        withLastLayer(
            (learner, sources) -> {
              HeadProbe.Result result = new HeadProbe(job, learner, sources, last).fit(fit, start);
              course.add(result.epoch(), result::kept);
              return result.summary();
            });
    return new Probed(course.trained().orElseThrow(), summary);
  }

  /**
   * Computes the mean of the softmax of the outputs over the training images of each class, with
   * the initial weights, for images as in the first phase. Tells observers of the features only.
   *
   * @return the means by class and then by output; each row adds up to 1
   * @throws StoppedTraining if the thread is interrupted, or the run has to end
   */
  public double[][] meanProbabilities() throws IOException {
    return withLastLayer(
        (learner, sources) ->
            ClassMeans.of(
                learner,
                sources.train(),
                job.data().trainTargets(),
                job.data().outputs().size(),
                job.graph().outputShape().channels(),
                options.batch()));
  }

  /** Runs something with the last layer alone and the outputs of the layers before it. */
  private <R> R withLastLayer(BiFunction<Learner, Sources, R> use) throws IOException {
    JobPhase phase = probePhase();
    Run run = untimed(RunImages.of(job, 1, updates()), options.observers());
    List<R> result = new ArrayList<>();
    try (Learner learner = learner(phase, job.initial())) {
      withSources(
          run, learner, phase, (sources, stemSeconds) -> result.add(use.apply(learner, sources)));
    } catch (RuntimeException e) {
      throw failure(e);
    }
    return result.get(0);
  }

  /**
   * The result of a probe.
   *
   * @param result the weights of all layers, and a history with one epoch
   * @param summary how the last layer was fitted
   */
  public record Probed(Result result, String summary) {}

  /**
   * Predicts the duration of the run from the measured time of a few operations. Calls no observer.
   *
   * @throws IllegalArgumentException if a batch has one value per channel for a trainable batch
   *     normalisation
   * @throws IllegalStateException if the run does not fit into memory
   * @throws dev.finetune.data.DatasetException if an image of the sample cannot be read or has a
   *     value that is not finite
   */
  public TimeEstimate estimateTime() throws IOException {
    requireBatches();
    Run run = untimed(RunImages.of(job, 1, updates()), List.of());
    List<TimeEstimate.Phase> phases = new ArrayList<>();
    int epoch = 1;
    try {
      for (int index = 0; epoch <= options.epochs(); index++) {
        int last = job.lastEpoch(index);
        phases.add(estimatePhase(run, JobPhase.of(job, index), index == 0, last - epoch + 1));
        epoch = last + 1;
      }
    } finally {
      // A training takes garbage for used memory: it might be refused because of the estimate.
      System.gc();
    }
    return new TimeEstimate(phases);
  }

  /**
   * Predicts the time in which {@link #probe} computes the features, in seconds. The fit comes on
   * top.
   *
   * @throws IllegalStateException if the run does not fit into memory
   * @throws dev.finetune.data.DatasetException if an image of the sample cannot be read or has a
   *     value that is not finite
   */
  public double estimateFeatures() throws IOException {
    Run run = untimed(RunImages.of(job, 1, updates()), List.of());
    try {
      return estimatePhase(run, probePhase(), true, 1).stemSeconds();
    } finally {
      System.gc(); // as above
    }
  }

  /** Returns the first phase with all layers frozen but the last. */
  private JobPhase probePhase() {
    return JobPhase.of(job, 0, ImmutableSet.copyOf(HeadProbe.before(job)));
  }

  private TimeEstimate.Phase estimatePhase(Run run, JobPhase phase, boolean first, int epochs)
      throws IOException {
    // All parameters begin with the first step of the probe, those of later phases too.
    UpdatePlan updates = updates().begun(parameter -> 0);
    try (Learner learner = learner(phase, job.initial(), updates)) {
      TimeProbe probe = new TimeProbe(phase, learner, run.images(), first);
      if (phase.stem().isEmpty()) {
        requireMemory(run, learner, phase);
        return probe.withoutStem(epochs);
      }
      List<TimeEstimate.Phase> measured = new ArrayList<>();
      withStem(
          run,
          learner,
          phase,
          phase.stem().get(),
          (stem, memory) -> measured.add(probe.withStem(stem, epochs)));
      return measured.get(0);
    }
  }

  /** Returns a run without checkpoints that is not a training. */
  private Run untimed(RunImages images, List<TrainingObserver> observers) {
    return new Run(
        job, course, new Clock(options, 0), new Observers(observers), Optional.empty(), images);
  }

  private Learner learner(JobPhase phase, Weights weights) {
    return learner(phase, weights, updates());
  }

  private Learner learner(JobPhase phase, Weights weights, UpdatePlan updates) {
    Cut cut = phase.cut();
    return Learner.of(
        cut.tail(), cut.frozenInTail(), weights, norms, job.engine(), job.loss(), updates);
  }

  private UpdatePlan updates() {
    Places places = new Places(job.graph());
    return new UpdatePlan(
        options.optimizer(),
        options.schedule(),
        (long) options.epochs() * job.steps(),
        parameter -> options.groups().of(places.of(parameter)),
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

  /** Thrown if the run has to end while the stem of a later phase is computed. */
  private static final class EndedInStem extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final TrainingEnd reason;

    EndedInStem(TrainingEnd reason) {
      super(reason.reason());
      this.reason = reason;
    }
  }

  /** Something done with the examples of the tail. */
  private interface Use {
    /**
     * Uses the examples.
     *
     * @param stemSeconds the time in which the stem was computed; 0 without a stem
     */
    void with(Sources sources, double stemSeconds);
  }

  /** Checks the memory, computes the stem, and runs something with the examples of the tail. */
  private void withSources(Run run, Learner learner, JobPhase phase, Use use) throws IOException {
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
  private void requireMemory(Run run, Learner learner, JobPhase phase) {
    tell(run, preflight(run, phase, learner.network()::bytes, nativeFree(learner)).require());
  }

  /** Checks the memory of later phases whose images are larger, before the first one trains. */
  private void requireLaterMemory(Run run) {
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
            use.with(sources, secondsSince(start));
          }
        });
  }

  /** Something done with a stem. */
  private interface StemUse {
    /**
     * Uses the stem, which is closed afterwards.
     *
     * @param withoutStem the memory that the tail needs if the stem computes nothing
     */
    void with(Stem stem, MemoryEstimate withoutStem) throws IOException;
  }

  /** Checks the memory and runs something with a stem. */
  private void withStem(Run run, Learner learner, JobPhase phase, LayerGraph layers, StemUse use)
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

  static double secondsSince(long nanoTime) {
    return (System.nanoTime() - nanoTime) / 1e9;
  }
}
