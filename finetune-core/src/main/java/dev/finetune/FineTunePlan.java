package dev.finetune;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkNotNull;

import com.google.common.collect.Sets;
import dev.finetune.backbone.Backbone;
import dev.finetune.data.DatasetException;
import dev.finetune.data.ImageDataset;
import dev.finetune.data.Interruption;
import dev.finetune.data.Labels;
import dev.finetune.engine.EngineOptions;
import dev.finetune.freeze.FreezeStrategy;
import dev.finetune.freeze.Phase;
import dev.finetune.graph.LayerGraph;
import dev.finetune.head.HeadGraph;
import dev.finetune.head.HeadLayer;
import dev.finetune.head.HeadLayers;
import dev.finetune.internal.continued.Continuation;
import dev.finetune.internal.modelfile.Description;
import dev.finetune.internal.modelfile.ModelFiles;
import dev.finetune.internal.modelfile.StoredModel;
import dev.finetune.internal.plan.PlanDescription;
import dev.finetune.internal.plan.PlanReport;
import dev.finetune.internal.plan.Provenance;
import dev.finetune.internal.training.Seeds;
import dev.finetune.internal.training.StoppedTraining;
import dev.finetune.internal.training.TaskData;
import dev.finetune.internal.training.Trainer;
import dev.finetune.internal.training.TrainingJob;
import dev.finetune.train.LearningRates;
import dev.finetune.train.TrainOptions;
import dev.finetune.weights.RandomWeights;
import dev.finetune.weights.Weights;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Supplier;

/**
 * A checked, immutable description of a fine-tuning: the network, its frozen layers and its head.
 */
public final class FineTunePlan {

  private final PlanDescription plan;

  private FineTunePlan(PlanDescription plan) {
    this.plan = plan;
  }

  static FineTunePlan of(
      Backbone backbone,
      SortedMap<Integer, FreezeStrategy> strategies,
      List<HeadLayer> head,
      int classes,
      EngineOptions engine,
      Optional<Continuation> continued) {
    checkArgument(classes >= 2, "classes must be >= 2, got %s", classes);
    return new FineTunePlan(
        new PlanDescription(
            backbone,
            HeadGraph.append(backbone.graph(), head, classes),
            phases(backbone.graph(), strategies),
            head,
            classes,
            engine,
            continued));
  }

  private static List<Phase> phases(
      LayerGraph backbone, SortedMap<Integer, FreezeStrategy> strategies) {
    List<Phase> phases = new ArrayList<>();
    strategies.forEach(
        (epoch, strategy) -> {
          Set<String> frozen = strategy.frozenLayers(backbone);
          Set<String> unknown = Sets.difference(frozen, backbone.names());
          checkArgument(
              unknown.isEmpty(),
              "A freeze strategy must name layers of the backbone, got %s; the layers are %s",
              unknown,
              backbone.names());
          if (!phases.isEmpty()) {
            Set<String> again = Sets.difference(frozen, phases.get(phases.size() - 1).frozen());
            checkArgument(
                again.isEmpty(),
                "Unfreezing at epoch %s must not freeze layers that train before, got %s",
                epoch,
                again);
          }
          phases.add(new Phase(epoch, strategy.description(), frozen));
        });
    return phases;
  }

  /** {@return the network without its head} */
  public Backbone backbone() {
    return plan.backbone();
  }

  /** {@return the layers of backbone and head, ending with one logit per class} */
  public LayerGraph graph() {
    return plan.graph();
  }

  /** {@return the names of the layers that are frozen in the first phase} */
  public Set<String> frozenLayers() {
    return plan.frozen();
  }

  /** {@return the frozen layers over time; one phase unless layers are unfrozen} */
  public List<Phase> phases() {
    return plan.phases();
  }

  /** {@return the description of the freeze strategies} */
  public String freezing() {
    return plan.freezing();
  }

  /**
   * {@return the head in the notation of the command line, such as {@code dense:128,dropout:0.6}}
   */
  public String head() {
    return HeadLayers.notation(plan.head());
  }

  /** {@return the number of classes} */
  public int classes() {
    return plan.classes();
  }

  /** {@return how the network is computed} */
  public EngineOptions engine() {
    return plan.engine();
  }

  /** {@return the number of all parameters, running statistics included} */
  public long totalParameters() {
    return plan.graph().parameterCount();
  }

  /** {@return the number of parameters that gradients change, in the last phase} */
  public long trainableParameters() {
    return plan.graph().trainableParameterCount(plan.alwaysFrozen());
  }

  /**
   * {@return a table of the layers with their shapes, parameters and whether they are frozen,
   * followed by the totals}
   */
  public String describe() {
    return PlanReport.text(plan);
  }

  /** {@return the description of the plan as JSON} */
  public String toJson() {
    return PlanReport.json(plan).toString();
  }

  /**
   * Trains the network: computes the frozen stem once for every image, then trains the tail.
   *
   * <p>If the plan continues a model, see {@link FineTune#from(FineTunedModel)} for the classes:
   * the validation images may then have any of them, in any order.
   *
   * @param train the images to train on
   * @param valid the images to validate on after each epoch, with the same classes in the same
   *     order
   * @param options the settings of the training run
   * @return the trained model
   * @throws DatasetException if an image cannot be read or has a value that is not finite, a label
   *     is not an index into the classes, or a class has no training image. Lists all such problems
   *     before anything is trained
   * @throws IllegalArgumentException if the classes of the images are not those of the plan, two
   *     classes have the same name, validation has other classes, or a dataset is empty
   * @throws dev.finetune.weights.WeightsException if a weight of the backbone is not finite
   * @throws TrainingDivergedException if a loss or a weight becomes NaN or infinite
   * @throws TrainingInterruptedException if this thread is interrupted; it stays interrupted. Also
   *     if the time limit or a stop signal ends the training before its first step
   * @throws TrainingFailedException if an observer, a metric or a dataset fails, or a file cannot
   *     be written, after the first step
   * @throws IllegalStateException if the memory is not sufficient, or no engine can compute the
   *     network
   * @throws java.io.UncheckedIOException if stored features or a checkpoint cannot be read or
   *     written
   */
  public FineTunedModel train(ImageDataset train, ImageDataset valid, TrainOptions options) {
    checkNotNull(train, "train must not be null");
    checkNotNull(valid, "valid must not be null");
    checkNotNull(options, "options must not be null");
    Run run = run(train, valid, options);
    return run.plan().train(run.data(), options);
  }

  /**
   * Searches a learning rate for the first phase of a training: takes up to 100 steps with a rate
   * that rises from 1e-7 to 10, and records their losses. It changes nothing: a training afterwards
   * has the same bits as one without it.
   *
   * @param train the images to train on
   * @param options the settings of the training; its schedule and its optimizer's learning rate are
   *     not used
   * @return the losses by learning rate, and a suggestion
   * @throws IllegalArgumentException if the settings or the images do not fit together
   * @throws DatasetException if an image cannot be read or has a value that is not finite
   * @throws IllegalStateException if the memory is not sufficient, or no engine can compute the
   *     network
   */
  public LearningRates findLearningRate(ImageDataset train, TrainOptions options) {
    checkNotNull(train, "train must not be null");
    checkNotNull(options, "options must not be null");
    Run run = run(train, train.size() == 0 ? train : train.select(0), options);
    try {
      return new Trainer(run.plan().job(run.data(), options)).findLearningRate();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private record Run(FineTunePlan plan, TaskData data) {}

  /** Checks the images and returns them with the plan for their classes. */
  private Run run(ImageDataset train, ImageDataset valid, TrainOptions options) {
    if (plan.continued().isPresent()) {
      Continuation.Prepared prepared =
          plan.continued().get().prepare(train, valid, plan.classes(), options.seed());
      return new Run(
          new FineTunePlan(plan.with(prepared.continuation())),
          prepared.data().weighted(options.classWeights()));
    }
    requireClasses(train, valid);
    return new Run(this, TaskData.classes(train, valid).weighted(options.classWeights()));
  }

  private FineTunedModel train(TaskData data, TrainOptions options) {
    requireEpochs(options);
    try {
      return model(stored(data, options, new Trainer(job(data, options)).run()));
    } catch (StoppedTraining e) {
      Supplier<Optional<FineTunedModel>> lastFinite =
          () ->
              e.weights()
                  .map(w -> model(stored(data, options, new Trainer.Result(w, e.history()))));
      throw switch (e.reason()) {
        case DIVERGED -> new TrainingDivergedException(e, options.optimizer(), lastFinite);
        case INTERRUPTED -> TrainingInterruptedException.interrupted(e, lastFinite);
        case ENDED -> TrainingInterruptedException.tooEarly(e);
        case FAILED -> new TrainingFailedException(e, lastFinite);
      };
    }
  }

  private TrainingJob job(TaskData data, TrainOptions options) {
    Weights pretrained = pretrained();
    Weights start =
        plan.continued()
            .map(c -> c.model().initial(data.outputs(), options.seed()))
            .orElse(pretrained);
    return new TrainingJob(
        plan.graph(),
        (plan.continued().isPresent() ? plan.graph() : plan.backbone().graph()).names(),
        plan.phases(),
        RandomWeights.glorot(plan.graph(), Seeds.head(options.seed())).plus(start),
        plan.backbone().input(),
        plan.engine(),
        data,
        options,
        List.of(),
        (file, weights, history) ->
            ModelFiles.write(stored(data, options, new Trainer.Result(weights, history)), file));
  }

  private void requireEpochs(TrainOptions options) {
    int last = plan.phases().get(plan.phases().size() - 1).firstEpoch();
    checkArgument(
        last <= options.epochs(),
        "Unfreezing must happen within the epochs of the training (%s), got unfreezing at epoch %s",
        options.epochs(),
        last);
  }

  /**
   * Returns the backbone's weights. Reading them may involve a file or a download, and can be
   * interrupted.
   */
  private Weights pretrained() {
    if (Thread.currentThread().isInterrupted()) {
      throw TrainingInterruptedException.early(null);
    }
    try {
      Weights weights = plan.backbone().weights();
      if (!weights.nonFinite().isEmpty()) { // the origin may need a file's hash
        weights.requireFinite(plan.backbone().weightsOrigin());
      }
      return weights;
    } catch (RuntimeException e) {
      if (Interruption.caused(e)) {
        throw TrainingInterruptedException.early(e);
      }
      throw e;
    }
  }

  private FineTunedModel model(StoredModel stored) {
    return FineTunedModel.of(stored, plan.engine());
  }

  private StoredModel stored(TaskData data, TrainOptions options, Trainer.Result result) {
    return new StoredModel(
        new Description(
            data.outputs(),
            plan.backbone().input(),
            FineTunedModel.stored(plan.engine()),
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

  private void requireClasses(ImageDataset train, ImageDataset valid) {
    checkArgument(
        train.size() > 0 && valid.size() > 0,
        "Training and validation must have at least one image each, got %s and %s",
        train.size(),
        valid.size());
    checkArgument(
        train.classNames().size() == plan.classes(),
        "The training images must have the plan's %s classes, got %s: %s",
        plan.classes(),
        train.classNames().size(),
        train.classNames());
    Labels.requireClassNames(train.classNames());
    checkArgument(
        valid.classNames().equals(train.classNames()),
        "The validation images must have the training classes in the same order, %s, got %s",
        train.classNames(),
        valid.classNames());
    List<int[]> labels = Labels.of(train, valid);
    Labels.requireEveryClass(train.classNames(), labels.get(0));
  }
}
