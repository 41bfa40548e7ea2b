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
import dev.finetune.graph.LayerGraph;
import dev.finetune.head.HeadGraph;
import dev.finetune.head.HeadLayer;
import dev.finetune.head.HeadLayers;
import dev.finetune.internal.modelfile.Description;
import dev.finetune.internal.modelfile.StoredModel;
import dev.finetune.internal.plan.PlanDescription;
import dev.finetune.internal.plan.PlanReport;
import dev.finetune.internal.plan.Provenance;
import dev.finetune.internal.training.Seeds;
import dev.finetune.internal.training.StoppedTraining;
import dev.finetune.internal.training.Trainer;
import dev.finetune.internal.training.TrainingJob;
import dev.finetune.train.TrainOptions;
import dev.finetune.weights.RandomWeights;
import dev.finetune.weights.Weights;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** A checked, immutable description of a fine-tuning: network, frozen layers, head. */
public final class FineTunePlan {

  private final PlanDescription plan;

  private FineTunePlan(PlanDescription plan) {
    this.plan = plan;
  }

  static FineTunePlan of(
      Backbone backbone,
      FreezeStrategy strategy,
      List<HeadLayer> head,
      int classes,
      EngineOptions engine) {
    checkArgument(classes >= 2, "A classifier has at least 2 classes, got %s", classes);
    Set<String> frozen = strategy.frozenLayers(backbone.graph());
    Set<String> unknown = Sets.difference(frozen, backbone.graph().names());
    checkArgument(
        unknown.isEmpty(),
        "A freeze strategy names layers of the backbone, %s; got also %s",
        backbone.graph().names(),
        unknown);
    return new FineTunePlan(
        new PlanDescription(
            backbone,
            HeadGraph.append(backbone.graph(), head, classes),
            frozen,
            strategy.description(),
            head,
            classes,
            engine));
  }

  /** The network without its head. */
  public Backbone backbone() {
    return plan.backbone();
  }

  /** Backbone and head, ending in one logit per class. */
  public LayerGraph graph() {
    return plan.graph();
  }

  /** The frozen layers, by name. */
  public Set<String> frozenLayers() {
    return plan.frozen();
  }

  /** What chose them. */
  public String freezing() {
    return plan.freezing();
  }

  /** The head as it is written on the command line, such as {@code dense:128,dropout:0.6}. */
  public String head() {
    return HeadLayers.notation(plan.head());
  }

  /** The number of classes. */
  public int classes() {
    return plan.classes();
  }

  /** Returns how the network is computed. */
  public EngineOptions engine() {
    return plan.engine();
  }

  /** All parameters, running statistics included. */
  public long totalParameters() {
    return plan.graph().parameterCount();
  }

  /** The parameters that training changes by gradient. */
  public long trainableParameters() {
    return plan.graph().trainableParameterCount(plan.frozen());
  }

  /** A table of the layers with shapes, parameters, and what is frozen, and the totals. */
  public String describe() {
    return PlanReport.text(plan);
  }

  /** The same as JSON. */
  public String toJson() {
    return PlanReport.json(plan).toString();
  }

  /**
   * Trains: computes the frozen stem once for every image, then trains the rest.
   *
   * @param train images to learn from
   * @param valid images to judge by after each epoch, of the same classes
   * @throws DatasetException if images cannot be read or have values that are not finite, labels
   *     are no classes, or a class has no image to train on, listing all of them, before anything
   *     is trained
   * @throws IllegalArgumentException if there are fewer than two classes, two have one name, or
   *     validation has others
   * @throws dev.finetune.weights.WeightsException if a value of the backbone is not finite
   * @throws TrainingDivergedException if a loss becomes NaN or infinite
   * @throws TrainingInterruptedException if this thread is interrupted; it stays so
   * @throws IllegalStateException if the stem's outputs do not fit into the heap, or there is no
   *     engine
   */
  public FineTunedModel train(ImageDataset train, ImageDataset valid, TrainOptions options) {
    checkNotNull(train, "Training images are given, got null");
    checkNotNull(valid, "Validation images are given, got null");
    checkNotNull(options, "Options are given, got null");
    requireClasses(train, valid);
    Weights pretrained = pretrained();
    Weights initial =
        RandomWeights.glorot(plan.graph(), Seeds.head(options.seed())).plus(pretrained);
    try {
      Trainer.Result result =
          new Trainer(
                  new TrainingJob(
                      plan.graph(),
                      plan.backbone().graph().names(),
                      plan.frozen(),
                      initial,
                      plan.backbone().input(),
                      plan.engine(),
                      train,
                      valid,
                      options,
                      List.of()))
              .run();
      return model(train, valid, options, result);
    } catch (StoppedTraining e) {
      Supplier<Optional<FineTunedModel>> lastFinite =
          () ->
              e.weights()
                  .map(w -> model(train, valid, options, new Trainer.Result(w, e.history())));
      throw switch (e.reason()) {
        case DIVERGED -> new TrainingDivergedException(e, options.optimizer(), lastFinite);
        case INTERRUPTED ->
            new TrainingInterruptedException(
                e.place().epoch(), e.place().step(), e.history(), lastFinite, e);
      };
    }
  }

  /** The backbone's values; reading them may take a file or a download, and be interrupted. */
  private Weights pretrained() {
    if (Thread.currentThread().isInterrupted()) {
      throw TrainingInterruptedException.early(null);
    }
    try {
      Weights weights = plan.backbone().weights();
      if (!weights.nonFinite().isEmpty()) { // asked first: the origin may be a file to be hashed
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

  private FineTunedModel model(
      ImageDataset train, ImageDataset valid, TrainOptions options, Trainer.Result result) {
    return FineTunedModel.of(
        new StoredModel(
            new Description(
                train.classNames(),
                plan.backbone().input(),
                FineTunedModel.stored(plan.engine()),
                plan.graph(),
                plan.backbone().graph().outputs().get(0),
                PlanReport.json(plan),
                result.history(),
                Provenance.now(plan, options, train, valid)),
            result.weights()),
        plan.engine());
  }

  private void requireClasses(ImageDataset train, ImageDataset valid) {
    checkArgument(
        train.size() > 0 && valid.size() > 0,
        "Training and validation need at least one image each; got %s and %s",
        train.size(),
        valid.size());
    checkArgument(
        train.classNames().size() == plan.classes(),
        "The plan has %s classes, and the training images %s: %s",
        plan.classes(),
        train.classNames().size(),
        train.classNames());
    Labels.requireClassNames(train.classNames());
    checkArgument(
        valid.classNames().equals(train.classNames()),
        "Validation has the classes of training, in their order: %s; got %s",
        train.classNames(),
        valid.classNames());
    List<int[]> labels = Labels.of(train, valid);
    Labels.requireEveryClass(train.classNames(), labels.get(0));
  }
}
