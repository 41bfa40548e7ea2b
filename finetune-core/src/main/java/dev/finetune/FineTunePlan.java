package dev.finetune;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkNotNull;

import com.google.common.base.Supplier;
import com.google.common.collect.ImmutableSet;
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
import dev.finetune.internal.modelfile.Description;
import dev.finetune.internal.modelfile.StoredModel;
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

/** A checked, immutable description of a fine-tuning: network, frozen layers, head. */
public final class FineTunePlan {

  private final Backbone backbone;
  private final FreezeStrategy strategy;
  private final ImmutableSet<String> frozen;
  private final List<HeadLayer> head;
  private final int classes;
  private final EngineOptions engine;
  private final LayerGraph network;

  private FineTunePlan(
      Backbone backbone,
      FreezeStrategy strategy,
      Set<String> frozen,
      List<HeadLayer> head,
      int classes,
      EngineOptions engine) {
    this.backbone = backbone;
    this.strategy = strategy;
    this.frozen = ImmutableSet.copyOf(frozen);
    this.head = head;
    this.classes = classes;
    this.engine = engine;
    this.network = HeadGraph.append(backbone.graph(), head, classes);
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
    return new FineTunePlan(backbone, strategy, frozen, head, classes, engine);
  }

  /** The network without its head. */
  public Backbone backbone() {
    return backbone;
  }

  /** Backbone and head, ending in one logit per class. */
  public LayerGraph network() {
    return network;
  }

  /** The frozen layers, by name. */
  public Set<String> frozenLayers() {
    return frozen;
  }

  /** What chose them. */
  public String freezing() {
    return strategy.description();
  }

  /** The head as it is written on the command line, such as {@code dense:128,dropout:0.6}. */
  public String head() {
    return HeadNotation.of(head);
  }

  /** The number of classes. */
  public int classes() {
    return classes;
  }

  /** Returns how the network is computed. */
  public EngineOptions engine() {
    return engine;
  }

  /** All parameters, running statistics included. */
  public long totalParameters() {
    return network.parameterCount();
  }

  /** The parameters that training changes by gradient. */
  public long trainableParameters() {
    return network.trainableParameterCount(frozen);
  }

  /** A table of the layers with shapes, parameters, and what is frozen, and the totals. */
  public String describe() {
    return PlanReport.text(this);
  }

  /** The same as JSON. */
  public String toJson() {
    return PlanReport.json(this).toString();
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
   *     ND4J backend
   */
  public FineTunedModel train(ImageDataset train, ImageDataset valid, TrainOptions options) {
    checkNotNull(train, "Training images are given, got null");
    checkNotNull(valid, "Validation images are given, got null");
    checkNotNull(options, "Options are given, got null");
    requireClasses(train, valid);
    Weights pretrained = pretrained();
    Weights initial = RandomWeights.glorot(network, Seeds.head(options.seed())).plus(pretrained);
    try {
      Trainer.Result result =
          new Trainer(
                  new TrainingJob(
                      network,
                      backbone.graph().names(),
                      frozen,
                      initial,
                      backbone.input(),
                      engine,
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
      Weights weights = backbone.weights();
      if (!weights.nonFinite().isEmpty()) { // asked first: the origin may be a file to be hashed
        weights.requireFinite(backbone.weightsOrigin());
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
                backbone.input(),
                FineTunedModel.stored(engine),
                network,
                backbone.graph().outputs().get(0),
                PlanReport.json(this),
                result.history(),
                Provenance.now(this, options, train, valid)),
            result.weights()),
        engine);
  }

  private void requireClasses(ImageDataset train, ImageDataset valid) {
    checkArgument(
        train.size() > 0 && valid.size() > 0,
        "Training and validation need at least one image each; got %s and %s",
        train.size(),
        valid.size());
    checkArgument(
        train.classNames().size() == classes,
        "The plan has %s classes, and the training images %s: %s",
        classes,
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
