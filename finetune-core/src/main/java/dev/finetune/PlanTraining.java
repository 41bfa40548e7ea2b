package dev.finetune;

import static com.google.common.base.Preconditions.checkArgument;

import dev.finetune.data.Folds;
import dev.finetune.data.ImageDataset;
import dev.finetune.data.Interruption;
import dev.finetune.freeze.Phase;
import dev.finetune.graph.LayerGraph;
import dev.finetune.head.HeadGraph;
import dev.finetune.image.Views;
import dev.finetune.internal.cotuning.CoTunedJob;
import dev.finetune.internal.cotuning.SourceLayer;
import dev.finetune.internal.modelfile.Description;
import dev.finetune.internal.modelfile.ModelFiles;
import dev.finetune.internal.modelfile.StoredModel;
import dev.finetune.internal.plan.PlanDescription;
import dev.finetune.internal.plan.PlanReport;
import dev.finetune.internal.plan.Provenance;
import dev.finetune.internal.probe.LinearProbe;
import dev.finetune.internal.probe.ProbeExamples;
import dev.finetune.internal.training.Measurements;
import dev.finetune.internal.training.ModelWriter;
import dev.finetune.internal.training.Observers;
import dev.finetune.internal.training.Seeds;
import dev.finetune.internal.training.StoppedTraining;
import dev.finetune.internal.training.TaskData;
import dev.finetune.internal.training.Trainer;
import dev.finetune.internal.training.TrainingJob;
import dev.finetune.loss.Targets;
import dev.finetune.train.History;
import dev.finetune.train.LearningRates;
import dev.finetune.train.Probe;
import dev.finetune.train.TimeEstimate;
import dev.finetune.train.TrainOptions;
import dev.finetune.train.TrainingStart;
import dev.finetune.weights.RandomWeights;
import dev.finetune.weights.Weights;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Trains a plan for a goal, or measures something about this training.
 *
 * @param plan the network
 * @param goal the images with their targets, and how a model is made
 * @param options the settings of the training
 * @param <M> the class of the model
 */
record PlanTraining<M extends TrainedModel>(
    PlanDescription plan, Goal<M> goal, TrainOptions options) {

  /** The name of the note with how the last layer was fitted. */
  private static final String PROBE = "probe";

  /** Work of a trainer. */
  private interface Work<R> {
    R run() throws IOException;
  }

  /** Searches a learning rate for the first phase. */
  LearningRates findLearningRate() {
    requireSupport();
    Weights pretrained = pretrained();
    TrainingJob job = job(pretrained);
    TrainingJob coTuned = coTuned(job, source -> relationship(source, pretrained));
    return io(() -> new Measurements(coTuned).findLearningRate());
  }

  /**
   * Predicts how long the training takes, with the features of its probe, and without what
   * co-tuning computes before the first step.
   */
  TimeEstimate estimate() {
    requireEpochs();
    requireSupport();
    Weights pretrained = pretrained();
    if (plan.probe().isEmpty()) {
      return steps(pretrained);
    }
    double features = io(() -> new Measurements(probeJob(pretrained)).estimateFeatures());
    return plan.probe().get().isOnly()
        ? new TimeEstimate(List.of(new TimeEstimate.Phase(1, features, 0)))
        : steps(pretrained).after(features);
  }

  private TimeEstimate steps(Weights pretrained) {
    int classes = goal.data().outputs().size();
    TrainingJob job =
        coTuned(job(pretrained), source -> CoTunedJob.unrelated(classes, source.classes()));
    return io(() -> new Measurements(job).estimateTime());
  }

  /** Trains the network and returns the model. */
  M train() {
    requireEpochs();
    requireSupport();
    try {
      if (plan.probe().isEmpty()) {
        Weights pretrained = pretrained();
        return steps(job(pretrained), pretrained, 0);
      }
      Probe probe = plan.probe().get();
      return probe.isOnly() ? probeOnly(probe) : probeFirst(probe);
    } catch (RuntimeException e) {
      new Observers(options.observers()).tellFailure(e);
      throw e;
    }
  }

  /** Trains from a probe. Its time counts as that of the stem. */
  private M probeFirst(Probe probe) {
    Weights pretrained = pretrained();
    Measurements.Probed probed = probed(probe, pretrained);
    PlanTraining<M> noted = noted(probed);
    TrainingJob job = noted.job(pretrained).startingFrom(probed.result().weights());
    double seconds = probed.result().history().epochs().get(0).seconds();
    return noted.steps(job, pretrained, seconds);
  }

  /**
   * Takes the steps of a training. What co-tuning needs to know before counts as time of the stem,
   * as a probe does.
   *
   * @param job the training without co-tuning
   * @param before the seconds that the training took so far
   */
  private M steps(TrainingJob job, Weights pretrained, double before) {
    long start = System.nanoTime();
    TrainingJob coTuned = coTuned(job, source -> relationship(source, pretrained));
    double seconds = plan.coTuning().isEmpty() ? 0 : (System.nanoTime() - start) / 1e9;
    return model(stopping(() -> new Trainer(coTuned).after(before + seconds).run()));
  }

  /** Returns a job that trains the classes of the pretraining too, if the plan says so. */
  private TrainingJob coTuned(TrainingJob job, Function<SourceLayer, double[][]> relationship) {
    if (plan.coTuning().isEmpty()) {
      return job;
    }
    SourceLayer source =
        reading(() -> SourceLayer.read(plan.backbone().sourceHead().orElseThrow()));
    return CoTunedJob.of(job, source, relationship.apply(source), plan.coTuning().get().strength());
  }

  /**
   * Returns p(source class | target class) by target class and source class, for images of the
   * backbone's own size without augmentation.
   */
  private double[][] relationship(SourceLayer source, Weights pretrained) {
    LayerGraph graph = HeadGraph.append(plan.backbone().graph(), plan.head(), source.classes());
    TrainingJob job =
        new TrainingJob(
            graph,
            Map.of(),
            plan.backbone().graph().names(),
            List.of(new Phase(1, "all", plan.backbone().graph().names())),
            pretrained.plus(source.weightsOfLogits()),
            plan.backbone().input(),
            plan.engine(),
            goal.data(),
            options.withoutAugmentation(),
            List.of(),
            ModelWriter.NONE);
    return stopping(() -> new Measurements(job).meanProbabilities());
  }

  private M probeOnly(Probe probe) {
    Observers observers = new Observers(options.observers());
    TaskData data = goal.data();
    TrainingStart start =
        new TrainingStart(data.train().size(), data.valid().size(), 1, 0, data.task().score());
    observers.tell("trainingStarted", o -> o.trainingStarted(start));
    Measurements.Probed probed = probed(probe, pretrained());
    History history = probed.result().history();
    observers.tell("epochEnded", o -> o.epochEnded(history.epochs().get(0)));
    observers.tell("trainingEnded", o -> o.trainingEnded(history));
    return noted(probed).model(probed.result());
  }

  private PlanTraining<M> noted(Measurements.Probed probed) {
    return new PlanTraining<>(plan, goal, options.note(PROBE, probed.summary()));
  }

  private Measurements.Probed probed(Probe probe, Weights pretrained) {
    TrainingJob job = probeJob(pretrained);
    int threads = plan.engine().threads();
    Function<ProbeExamples, LinearProbe.Layer> fit =
        examples ->
            probe.strength().isPresent()
                ? LinearProbe.fit(examples, probe.strength().getAsDouble(), threads)
                : LinearProbe.fit(examples, folds(probe), threads);
    return stopping(() -> new Measurements(job).probe(fit));
  }

  private TrainingJob probeJob(Weights pretrained) {
    return new PlanTraining<>(plan, goal, options.withoutAugmentation()).job(pretrained);
  }

  /** Returns the fold of each training image. */
  private int[] folds(Probe probe) {
    ImageDataset images = (ImageDataset) goal.data().train();
    long groups =
        IntStream.range(0, images.size())
            .mapToObj(i -> probe.groupOf().apply(images.name(i)))
            .distinct()
            .count();
    checkArgument(
        groups >= 2,
        "A probe needs at least 2 groups of training images for its cross-validation, or a given"
            + " strength, got %s",
        groups);
    int count = (int) Math.min(probe.folds(), groups);
    return Folds.of(images, probe.groupOf(), count, options.seed()).foldOf();
  }

  /** Does work that may stop before its end. */
  private <R> R stopping(Work<R> work) {
    try {
      return io(work);
    } catch (StoppedTraining e) {
      Supplier<Optional<TrainedModel>> lastFinite = () -> e.result().map(this::model);
      throw switch (e.reason()) {
        case DIVERGED -> new TrainingDivergedException(e, options.optimizer(), lastFinite);
        case INTERRUPTED -> TrainingInterruptedException.interrupted(e, lastFinite);
        case ENDED -> TrainingInterruptedException.tooEarly(e);
        case FAILED -> new TrainingFailedException(e, lastFinite);
      };
    }
  }

  private static <R> R io(Work<R> work) {
    try {
      return work.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private TrainingJob job(Weights pretrained) {
    Weights start =
        plan.continued()
            .map(c -> c.model().initial(goal.data().outputs(), options.seed()))
            .orElse(pretrained);
    return new TrainingJob(
        plan.graph(),
        plan.smallerGraphs(),
        (plan.continued().isPresent() ? plan.graph() : plan.backbone().graph()).names(),
        plan.phases(),
        RandomWeights.glorot(plan.graph(), Seeds.head(options.seed())).plus(start),
        plan.backbone().input(),
        plan.engine(),
        goal.data(),
        options,
        List.of(),
        (file, result) -> ModelFiles.write(stored(result), file));
  }

  private void requireEpochs() {
    SortedMap<Integer, Integer> smaller = plan.smaller();
    checkArgument(
        smaller.isEmpty() || smaller.lastKey() < options.epochs(),
        "Smaller images must end before the last epoch of the training (%s), got smaller images"
            + " until epoch %s",
        options.epochs(),
        smaller.isEmpty() ? 0 : smaller.lastKey());
    int last = plan.phases().get(plan.phases().size() - 1).firstEpoch();
    checkArgument(
        last <= options.epochs(),
        "Unfreezing must happen within the epochs of the training (%s), got unfreezing at epoch %s",
        options.epochs(),
        last);
  }

  /** Returns the backbone's weights. */
  private Weights pretrained() {
    return reading(
        () -> {
          Weights weights = plan.backbone().weights();
          if (!weights.nonFinite().isEmpty()) { // the origin may need a file's hash
            weights.requireFinite(plan.backbone().weightsOrigin());
          }
          return weights;
        });
  }

  /** Reads something that may involve a file or a download, and can be interrupted. */
  private static <R> R reading(Supplier<R> read) {
    if (Thread.currentThread().isInterrupted()) {
      throw TrainingInterruptedException.early(null);
    }
    try {
      return read.get();
    } catch (RuntimeException e) {
      if (Interruption.caused(e)) {
        throw TrainingInterruptedException.early(e);
      }
      throw e;
    }
  }

  private M model(Trainer.Result result) {
    return goal.model().apply(stored(result), plan.engine());
  }

  private StoredModel stored(Trainer.Result result) {
    TaskData data = goal.data();
    return new StoredModel(
        new Description(
            goal.outputs().apply(result.fitted()),
            plan.backbone().input(),
            Views.none(),
            ModelLoading.stored(plan.engine()),
            plan.graph(),
            plan.backbone().graph().outputs().get(0),
            PlanReport.json(plan),
            result.history(),
            Provenance.now(
                plan,
                options,
                options.loss().orElseGet(data.task()::usualLoss),
                data.train(),
                data.valid())),
        result.weights());
  }

  private void requireSupport() {
    Targets.Kind kind = goal.data().trainTargets().kind();
    options
        .loss()
        .ifPresent(
            loss ->
                checkArgument(
                    loss.supports(kind), "loss must support %s, got %s", kind, loss.name()));
    options
        .metrics()
        .forEach(
            metric ->
                checkArgument(
                    metric.supports(kind), "metrics must support %s, got %s", kind, metric.name()));
    checkArgument(
        kind == Targets.Kind.CLASSES || !options.sampling().needsClasses(),
        "sampling %s needs images with classes, got %s",
        options.sampling().name(),
        kind);
  }
}
