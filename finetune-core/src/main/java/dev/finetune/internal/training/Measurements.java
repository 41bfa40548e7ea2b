package dev.finetune.internal.training;

import com.google.common.collect.ImmutableSet;
import dev.finetune.graph.Node;
import dev.finetune.internal.pipeline.DecodedImages;
import dev.finetune.internal.probe.LinearProbe;
import dev.finetune.internal.probe.ProbeExamples;
import dev.finetune.train.LearningRates;
import dev.finetune.train.TimeEstimate;
import dev.finetune.train.TrainOptions;
import dev.finetune.train.TrainingObserver;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Measures something about a training, or computes something for it, without taking its steps. An
 * instance is for one measurement.
 */
public final class Measurements {

  private final TrainingJob job;
  private final TrainOptions options;
  private final Course course;
  private final PhaseSetup setup;

  /** Prepares a measurement. */
  public Measurements(TrainingJob job) {
    this.job = job;
    this.options = job.options();
    this.course = Course.of(job);
    this.setup = new PhaseSetup(job, course);
  }

  /**
   * Searches a learning rate for the first phase.
   *
   * @throws IOException if stored features cannot be read or written
   */
  public LearningRates findLearningRate() throws IOException {
    JobPhase phase = JobPhase.of(job, 0);
    setup.requireBatches(phase);
    RunImages images = RunImages.of(job, 1, setup.updates());
    if (phase.stem().isEmpty()) {
      DecodedImages.verify(images.train());
    }
    Run run = untimed(images, options.observers());
    List<LearningRates> found = new ArrayList<>();
    try (Learner learner = setup.learner(phase, job.initial())) {
      setup.withSources(
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
    Run run = untimed(RunImages.of(job, 1, setup.updates()), options.observers());
    List<R> result = new ArrayList<>();
    try (Learner learner = setup.learner(phase, job.initial())) {
      setup.withSources(
          run, learner, phase, (sources, stemSeconds) -> result.add(use.apply(learner, sources)));
    } catch (RuntimeException e) {
      throw course.failure(e, false);
    }
    return result.get(0);
  }

  /**
   * The result of a probe.
   *
   * @param result the weights of all layers, and a history with one epoch
   * @param summary how the last layer was fitted
   */
  public record Probed(Trainer.Result result, String summary) {}

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
    setup.requireBatches();
    Run run = untimed(RunImages.of(job, 1, setup.updates()), List.of());
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
    Run run = untimed(RunImages.of(job, 1, setup.updates()), List.of());
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
    UpdatePlan updates = setup.updates().begun(parameter -> 0);
    try (Learner learner = setup.learner(phase, job.initial(), updates)) {
      TimeProbe probe = new TimeProbe(phase, learner, run.images(), first);
      if (phase.stem().isEmpty()) {
        setup.requireMemory(run, learner, phase);
        return probe.withoutStem(epochs);
      }
      List<TimeEstimate.Phase> measured = new ArrayList<>();
      setup.withStem(
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
}
