package dev.finetune;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import dev.finetune.backbone.Backbone;
import dev.finetune.data.DatasetException;
import dev.finetune.data.ImageDataset;
import dev.finetune.engine.EngineOptions;
import dev.finetune.freeze.FreezeStrategy;
import dev.finetune.graph.LayerGraph;
import dev.finetune.head.HeadGraph;
import dev.finetune.head.HeadLayer;
import dev.finetune.internal.engine.Network;
import dev.finetune.internal.training.Seeds;
import dev.finetune.internal.training.Trainer;
import dev.finetune.internal.training.TrainingJob;
import dev.finetune.train.TrainOptions;
import dev.finetune.weights.RandomWeights;
import dev.finetune.weights.Weights;
import java.util.List;
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
   * @throws DatasetException if images cannot be read or the classes do not fit, listing all of
   *     them, before anything is trained
   * @throws IllegalStateException if the stem's outputs do not fit into the heap, or there is no
   *     ND4J backend
   */
  public FineTunedModel train(ImageDataset train, ImageDataset valid, TrainOptions options) {
    requireClasses(train, valid);
    Weights pretrained = backbone.weights();
    Weights initial = RandomWeights.glorot(network, Seeds.head(options.seed())).plus(pretrained);
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
                    options))
            .run();
    ImageClassifier classifier =
        new ImageClassifier(
            backbone.input(), train.classNames(), Network.of(network, result.weights(), engine));
    return new FineTunedModel(
        classifier,
        network,
        backbone.graph().outputs().get(0),
        PlanReport.json(this),
        result.history(),
        Provenance.now(this, options, train, valid));
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
    checkArgument(
        valid.classNames().equals(train.classNames()),
        "Validation has the classes of training, in their order: %s; got %s",
        train.classNames(),
        valid.classNames());
  }
}
