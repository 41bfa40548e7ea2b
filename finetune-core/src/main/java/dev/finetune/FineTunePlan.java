package dev.finetune;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkNotNull;

import dev.finetune.backbone.Backbone;
import dev.finetune.data.DatasetException;
import dev.finetune.data.ImageDataset;
import dev.finetune.data.ImageSource;
import dev.finetune.data.Labels;
import dev.finetune.data.TagDataset;
import dev.finetune.data.Tags;
import dev.finetune.data.ValueDataset;
import dev.finetune.data.Values;
import dev.finetune.engine.EngineOptions;
import dev.finetune.freeze.Phase;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.head.HeadGraph;
import dev.finetune.head.HeadLayer;
import dev.finetune.head.HeadLayers;
import dev.finetune.internal.continued.Continuation;
import dev.finetune.internal.cotuning.CoTuningRules;
import dev.finetune.internal.modelfile.StoredOutputs;
import dev.finetune.internal.plan.PlanDescription;
import dev.finetune.internal.plan.PlanReport;
import dev.finetune.internal.training.TaskData;
import dev.finetune.internal.training.ValueScale;
import dev.finetune.loss.Targets;
import dev.finetune.train.CoTuning;
import dev.finetune.train.LearningRates;
import dev.finetune.train.Probe;
import dev.finetune.train.TimeEstimate;
import dev.finetune.train.TrainOptions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

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
      PlanPhases phases,
      List<HeadLayer> head,
      Targets.Kind kind,
      int outputs,
      EngineOptions engine,
      Optional<Continuation> continued,
      Optional<Probe> probe,
      Optional<CoTuning> coTuning,
      boolean coTuningRequired) {
    checkArgument(
        kind != Targets.Kind.CLASSES || outputs >= 2, "classes must be >= 2, got %s", outputs);
    checkArgument(
        kind == Targets.Kind.CLASSES || continued.isEmpty(),
        "A continued model must train with classes, got %s: use FineTune.from(model.backbone()) for"
            + " another task",
        kind);
    LayerGraph graph = HeadGraph.append(backbone.graph(), head, outputs);
    if (probe.isPresent()) {
      requireProbe(kind, backbone.graph(), graph);
      checkArgument(
          phases.smaller().isEmpty() || !probe.get().isOnly(),
          "A plan with smaller images must train after its probe, got probe(only)");
    }
    PlanDescription plan =
        new PlanDescription(
            backbone,
            graph,
            phases.graphs(backbone, graph, layers -> HeadGraph.append(layers, head, outputs)),
            phases.of(backbone),
            head,
            kind,
            outputs,
            engine,
            continued,
            probe,
            coTuning);
    Optional<String> broken = coTuning.flatMap(unused -> CoTuningRules.broken(plan));
    checkArgument(broken.isEmpty() || !coTuningRequired, "%s", broken.orElse(""));
    return new FineTunePlan(broken.isEmpty() ? plan : plan.withoutCoTuning());
  }

  private static void requireProbe(Targets.Kind kind, LayerGraph backbone, LayerGraph graph) {
    checkArgument(
        kind == Targets.Kind.CLASSES, "A probe must be for images with classes, got %s", kind);
    List<String> learned =
        graph.nodes().stream()
            .filter(node -> !node.parameters().isEmpty())
            .map(Node::name)
            .filter(name -> !backbone.names().contains(name))
            .filter(name -> !name.equals(HeadGraph.LOGITS))
            .toList();
    checkArgument(
        learned.isEmpty(),
        "A probe must have a head without parameters before the logits, got %s",
        learned);
  }

  /** {@return the network without its head} */
  public Backbone backbone() {
    return plan.backbone();
  }

  /** {@return the layers of backbone and head, ending with one value per class, tag or value} */
  public LayerGraph graph() {
    return plan.graph();
  }

  /** {@return the names of the layers that are frozen in the first phase} */
  public Set<String> frozenLayers() {
    return plan.frozen();
  }

  /**
   * {@return the frozen layers and the size of images over time; one phase unless layers are
   * unfrozen or the first epochs have smaller images}
   */
  public List<Phase> phases() {
    return plan.phases();
  }

  /**
   * {@return the sides of smaller images in pixels by the last epoch that has them; empty unless
   * {@link FineTune#smallerUntil} was called}
   */
  public SortedMap<Integer, Integer> smaller() {
    return plan.smaller();
  }

  /** {@return how the classes of the pretraining train too; empty if they do not} */
  public Optional<CoTuning> coTuning() {
    return plan.coTuning();
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

  /** {@return the number of classes; 0 for a plan with tags or values} */
  public int classes() {
    return plan.kind() == Targets.Kind.CLASSES ? plan.outputs() : 0;
  }

  /** {@return the number of tags; 0 for a plan with classes or values} */
  public int tags() {
    return plan.kind() == Targets.Kind.TAGS ? plan.outputs() : 0;
  }

  /** {@return how many values each image has; 0 for a plan with classes or tags} */
  public int values() {
    return plan.kind() == Targets.Kind.VALUES ? plan.outputs() : 0;
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
    Prepared prepared = prepared(train, valid, options);
    return prepared.training(options).train();
  }

  /**
   * Trains the network to find tags. The loss is the binary cross-entropy unless the options have
   * another, and the thresholds of the model are those with the highest F1 on the validation
   * images.
   *
   * @param train the images to train on
   * @param valid the images to validate on after each epoch, with the same tags in the same order
   * @param options the settings of the training run
   * @return the trained model
   * @throws DatasetException if an image cannot be read, has a value that is not finite or does not
   *     have a flag for each tag, or a tag has no training image. Lists all such problems before
   *     anything is trained
   * @throws IllegalArgumentException if the plan is not for the tags of the images, two tags have
   *     the same name, validation has other tags, a dataset is empty, or the loss does not support
   *     tags
   * @throws TrainingStoppedException as the method for classes does
   * @throws IllegalStateException if the memory is not sufficient, or no engine can compute the
   *     network
   * @throws java.io.UncheckedIOException if stored features or a checkpoint cannot be read or
   *     written
   */
  public TagModel train(TagDataset train, TagDataset valid, TrainOptions options) {
    checkNotNull(train, "train must not be null");
    checkNotNull(valid, "valid must not be null");
    checkNotNull(options, "options must not be null");
    return new PlanTraining<>(plan, tags(train, valid, options), options).train();
  }

  /**
   * Trains the network to estimate numbers. It learns standardised values, with the mean 0 and the
   * standard deviation 1 over the training images: losses and metrics in the history, and the
   * targets of an application's own loss, are in these units. The loss is the squared error unless
   * the options have another. The model returns the original units.
   *
   * @param train the images to train on
   * @param valid the images to validate on after each epoch, with the same values in the same order
   * @param options the settings of the training run
   * @return the trained model
   * @throws DatasetException if an image cannot be read, has a value that is not finite or does not
   *     have a finite number for each value, or a value is the same for all training images. Lists
   *     all such problems before anything is trained
   * @throws IllegalArgumentException if the plan is not for the values of the images, two values
   *     have the same name, validation has other values, a dataset is empty, or the loss does not
   *     support values
   * @throws TrainingStoppedException as the method for classes does
   * @throws IllegalStateException if the memory is not sufficient, or no engine can compute the
   *     network
   * @throws java.io.UncheckedIOException if stored features or a checkpoint cannot be read or
   *     written
   */
  public ValueModel train(ValueDataset train, ValueDataset valid, TrainOptions options) {
    checkNotNull(train, "train must not be null");
    checkNotNull(valid, "valid must not be null");
    checkNotNull(options, "options must not be null");
    return new PlanTraining<>(plan, values(train, valid, options), options).train();
  }

  /**
   * Searches a learning rate for the first phase of a training, with the size of its images: takes
   * up to 100 steps with a rate that rises from 1e-7 to 10, and records their losses. It changes
   * nothing: a training afterwards has the same bits as one without it.
   *
   * @param train the images to train on
   * @param options the settings of the training; its schedule, its optimizer's learning rate,
   *     accumulation and mixtures are not used
   * @return the losses by learning rate, and a suggestion
   * @throws IllegalArgumentException if the settings or the images do not fit together
   * @throws DatasetException if an image cannot be read or has a value that is not finite
   * @throws IllegalStateException if the memory is not sufficient, or no engine can compute the
   *     network
   */
  public LearningRates findLearningRate(ImageDataset train, TrainOptions options) {
    checkNotNull(train, "train must not be null");
    checkNotNull(options, "options must not be null");
    Prepared prepared = prepared(train, train.size() == 0 ? train : train.select(0), options);
    return prepared.training(options).findLearningRate();
  }

  /**
   * Searches a learning rate for tags; see {@link #findLearningRate(ImageDataset, TrainOptions)}.
   *
   * @param train the images to train on
   * @param options the settings of the training
   * @return the losses by learning rate, and a suggestion
   * @throws IllegalArgumentException if the settings or the images do not fit together
   * @throws DatasetException if an image cannot be read or has a value that is not finite
   * @throws IllegalStateException if the memory is not sufficient, or no engine can compute the
   *     network
   */
  public LearningRates findLearningRate(TagDataset train, TrainOptions options) {
    checkNotNull(train, "train must not be null");
    checkNotNull(options, "options must not be null");
    return new PlanTraining<>(plan, tags(train, train, options), options).findLearningRate();
  }

  /**
   * Searches a learning rate for values; see {@link #findLearningRate(ImageDataset, TrainOptions)}.
   *
   * @param train the images to train on
   * @param options the settings of the training
   * @return the losses by learning rate, and a suggestion
   * @throws IllegalArgumentException if the settings or the images do not fit together
   * @throws DatasetException if an image cannot be read or has a value that is not finite
   * @throws IllegalStateException if the memory is not sufficient, or no engine can compute the
   *     network
   */
  public LearningRates findLearningRate(ValueDataset train, TrainOptions options) {
    checkNotNull(train, "train must not be null");
    checkNotNull(options, "options must not be null");
    return new PlanTraining<>(plan, values(train, train, options), options).findLearningRate();
  }

  /**
   * Predicts how long a training takes on this machine. It measures a few operations on a random
   * sample of the images: see {@link TimeEstimate} for what is contained. For a small network this
   * takes some seconds, for a slow one about as long as 5 steps, in each phase of the plan. It
   * calls no observer, writes nothing, and changes nothing: a training afterwards has the same bits
   * as one without it. It checks the same as a training, memory included, but reads only the images
   * of the sample.
   *
   * @param train the images to train on
   * @param valid the images to validate on
   * @param options the settings of the training
   * @return the estimate
   * @throws IllegalArgumentException if the settings or the images do not fit together
   * @throws DatasetException if an image of the sample cannot be read or has a value that is not
   *     finite, or the labels are invalid
   * @throws IllegalStateException if the memory is not sufficient, or no engine can compute the
   *     network
   * @throws TrainingInterruptedException if this thread is interrupted before the measurement
   */
  public TimeEstimate estimate(ImageDataset train, ImageDataset valid, TrainOptions options) {
    checkNotNull(train, "train must not be null");
    checkNotNull(valid, "valid must not be null");
    checkNotNull(options, "options must not be null");
    Prepared prepared = prepared(train, valid, options);
    return prepared.training(options).estimate();
  }

  /**
   * Predicts how long a training takes to learn tags; see {@link #estimate(ImageDataset,
   * ImageDataset, TrainOptions)}.
   *
   * @param train the images to train on
   * @param valid the images to validate on
   * @param options the settings of the training
   * @return the estimate
   * @throws IllegalArgumentException if the settings or the images do not fit together
   * @throws DatasetException if an image of the sample cannot be read or has a value that is not
   *     finite, or the tags are invalid
   * @throws IllegalStateException if the memory is not sufficient, or no engine can compute the
   *     network
   * @throws TrainingInterruptedException if this thread is interrupted before the measurement
   */
  public TimeEstimate estimate(TagDataset train, TagDataset valid, TrainOptions options) {
    checkNotNull(train, "train must not be null");
    checkNotNull(valid, "valid must not be null");
    checkNotNull(options, "options must not be null");
    return new PlanTraining<>(plan, tags(train, valid, options), options).estimate();
  }

  /**
   * Predicts how long a training takes to learn values; see {@link #estimate(ImageDataset,
   * ImageDataset, TrainOptions)}.
   *
   * @param train the images to train on
   * @param valid the images to validate on
   * @param options the settings of the training
   * @return the estimate
   * @throws IllegalArgumentException if the settings or the images do not fit together
   * @throws DatasetException if an image of the sample cannot be read or has a value that is not
   *     finite, or the values are invalid
   * @throws IllegalStateException if the memory is not sufficient, or no engine can compute the
   *     network
   * @throws TrainingInterruptedException if this thread is interrupted before the measurement
   */
  public TimeEstimate estimate(ValueDataset train, ValueDataset valid, TrainOptions options) {
    checkNotNull(train, "train must not be null");
    checkNotNull(valid, "valid must not be null");
    checkNotNull(options, "options must not be null");
    return new PlanTraining<>(plan, values(train, valid, options), options).estimate();
  }

  /** A goal, and the plan for its classes. */
  private record Prepared(PlanDescription plan, Goal<FineTunedModel> goal) {
    PlanTraining<FineTunedModel> training(TrainOptions options) {
      return new PlanTraining<>(plan, goal, options);
    }
  }

  /** Checks the images and returns them with the plan for their classes. */
  private Prepared prepared(ImageDataset train, ImageDataset valid, TrainOptions options) {
    if (plan.continued().isPresent()) {
      Continuation.Prepared prepared =
          plan.continued().get().prepare(train, valid, plan.outputs(), options.seed());
      return new Prepared(
          plan.with(prepared.continuation()),
          classes(prepared.data().weighted(options.classWeights())));
    }
    requireClasses(train, valid);
    return new Prepared(
        plan, classes(TaskData.classes(train, valid).weighted(options.classWeights())));
  }

  private static Goal<FineTunedModel> classes(TaskData data) {
    return new Goal<>(
        data, fitted -> new StoredOutputs.Classes(data.outputs()), FineTunedModel::of);
  }

  private Goal<TagModel> tags(TagDataset train, TagDataset valid, TrainOptions options) {
    requireImages(train, valid);
    requireOutputs(Targets.Kind.TAGS, Tags.namesOf(train), Tags.namesOf(valid));
    Tags.requireTagNames(train.tagNames());
    Tags.requireEveryTag(train.tagNames(), Tags.of(train, valid).get(0));
    TaskData data = TaskData.tags(train, valid).weighted(options.classWeights());
    return new Goal<>(data, fitted -> new StoredOutputs.Tags(data.outputs(), fitted), TagModel::of);
  }

  private Goal<ValueModel> values(ValueDataset train, ValueDataset valid, TrainOptions options) {
    requireImages(train, valid);
    requireOutputs(Targets.Kind.VALUES, Values.namesOf(train), Values.namesOf(valid));
    Values.requireValueNames(train.valueNames());
    double[][] values = Values.of(train, valid).get(0);
    Values.requireVariation(train.valueNames(), values);
    ValueScale scale = ValueScale.of(train.valueNames(), values);
    TaskData data = TaskData.values(train, valid, scale).weighted(options.classWeights());
    return new Goal<>(
        data,
        fitted -> new StoredOutputs.Values(data.outputs(), scale.means(), scale.deviations()),
        ValueModel::of);
  }

  private static void requireImages(ImageSource train, ImageSource valid) {
    checkArgument(
        train.size() > 0 && valid.size() > 0,
        "Training and validation must have at least one image each, got %s and %s",
        train.size(),
        valid.size());
  }

  private void requireOutputs(Targets.Kind kind, List<String> train, List<String> valid) {
    checkArgument(
        plan.kind() == kind,
        "The plan's outputs must be those of the training images, %s, got %s(%s)",
        kind,
        plan.kind(),
        plan.outputs());
    checkArgument(
        train.size() == plan.outputs(),
        "The training images must have the plan's %s %s, got %s: %s",
        plan.outputs(),
        kind,
        train.size(),
        train);
    checkArgument(
        valid.equals(train),
        "The validation images must have the training %s in the same order, %s, got %s%s",
        kind,
        train,
        valid,
        Labels.lookAlike(train, valid));
  }

  private void requireClasses(ImageDataset train, ImageDataset valid) {
    requireImages(train, valid);
    requireOutputs(Targets.Kind.CLASSES, Labels.namesOf(train), Labels.namesOf(valid));
    Labels.requireClassNames(train.classNames());
    List<int[]> labels = Labels.of(train, valid);
    Labels.requireEveryClass(train.classNames(), labels.get(0));
  }
}
