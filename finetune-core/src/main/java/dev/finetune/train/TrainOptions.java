package dev.finetune.train;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkNotNull;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.finetune.evaluate.Metric;
import dev.finetune.image.Augmentation;
import dev.finetune.loss.Loss;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a training run. Immutable: each method with an argument returns a modified copy.
 * The method without an argument returns the setting.
 *
 * <pre>{@code
 * TrainOptions.defaults().epochs(101).batch(32).optimizer(adam(1e-4))
 * }</pre>
 */
public final class TrainOptions {

  /** Every slot holds as many floats as the parameters. */
  private static final int MOST_SLOTS = 16;

  private final Settings settings;

  private TrainOptions(Settings settings) {
    this.settings = settings;
  }

  /**
   * {@return the default options} They are 10 epochs with batches of 32, Adam with a constant
   * learning rate of 1e-4, cross-entropy, seed 42, shuffling, the last epoch's weights, features in
   * memory, no augmentation, recomputed batch normalisation statistics, no early stopping, no time
   * limit, no checkpoints, no metrics and no observers.
   */
  public static TrainOptions defaults() {
    return new TrainOptions(new Settings());
  }

  /** {@return the number of passes over the training images} */
  public int epochs() {
    return settings.epochs;
  }

  /**
   * {@return a copy with another number of epochs}
   *
   * @param value at least 1
   * @throws IllegalArgumentException if the value is less than 1
   */
  public TrainOptions epochs(int value) {
    checkArgument(value > 0, "epochs must be >= 1, got %s", value);
    return with(s -> s.epochs = value);
  }

  /** {@return the number of images per step; the last batch of an epoch may be smaller} */
  public int batch() {
    return settings.batch;
  }

  /**
   * {@return a copy with another batch size}
   *
   * @param value images per step, at least 1
   * @throws IllegalArgumentException if the value is less than 1
   */
  public TrainOptions batch(int value) {
    checkArgument(value > 0, "batch must be >= 1, got %s", value);
    return with(s -> s.batch = value);
  }

  /** {@return the algorithm that changes values by their gradients} */
  public Optimizer optimizer() {
    return settings.optimizer;
  }

  /**
   * {@return a copy with another optimizer}
   *
   * @param value with at most 16 slots, which have distinct names of letters, digits, {@code _} and
   *     {@code -}
   * @throws IllegalArgumentException if the optimizer has too many slots, or slots with invalid
   *     names
   */
  public TrainOptions optimizer(Optimizer value) {
    checkNotNull(value, "optimizer must not be null");
    requireNamed("An optimizer", value.name(), value.settings());
    requireSlots(value);
    return with(s -> s.optimizer = value);
  }

  /** {@return the learning rate of each step} */
  public Schedule schedule() {
    return settings.schedule;
  }

  /**
   * {@return a copy with another learning rate schedule}
   *
   * @param value the learning rate of each step
   */
  public TrainOptions schedule(Schedule value) {
    checkNotNull(value, "schedule must not be null");
    requireNamed("A schedule", value.name(), value.settings());
    return with(s -> s.schedule = value);
  }

  /** {@return the learning rates of parameters relative to each other} */
  public ParameterGroups groups() {
    return settings.groups;
  }

  /**
   * {@return a copy with other parameter groups}
   *
   * @param value the learning rates of parameters relative to each other
   */
  public TrainOptions groups(ParameterGroups value) {
    checkNotNull(value, "groups must not be null");
    requireNamed("Parameter groups", value.name(), value.settings());
    return with(s -> s.groups = value);
  }

  /** {@return the largest norm of all gradients of a step together; infinity for no clipping} */
  public double clip() {
    return settings.clip;
  }

  /**
   * {@return a copy that scales down gradients whose norm over all parameters is larger than a
   * limit} As {@code clip_grad_norm_} in PyTorch.
   *
   * @param norm the largest norm, over 0
   * @throws IllegalArgumentException if the value is not over 0
   */
  public TrainOptions clip(double norm) {
    checkArgument(norm > 0, "clip must be > 0, got %s", norm);
    return with(s -> s.clip = norm);
  }

  /** {@return the number of batches per step} */
  public int accumulate() {
    return settings.accumulate;
  }

  /**
   * {@return a copy that adds up the gradients of several batches for each step} 4 batches of 8
   * images give the step of one batch of 32 and need the memory of 8, plus a gradient of each
   * parameter. Only batch normalisation that trains on the batch sees the smaller batches.
   *
   * @param batches the number of batches per step, at least 1
   * @throws IllegalArgumentException if the value is less than 1
   */
  public TrainOptions accumulate(int batches) {
    checkArgument(batches >= 1, "accumulate must be >= 1, got %s", batches);
    return with(s -> s.accumulate = batches);
  }

  /** {@return the decay of the moving average of the weights; 0 for none} */
  public double average() {
    return settings.average;
  }

  /**
   * {@return a copy that validates and returns a moving average of the weights} Each step keeps
   * {@code decay} of the average, less in the first steps: at most {@code (1 + step) / (10 +
   * step)}, as in TensorFlow's {@code ExponentialMovingAverage}. Training goes on with the weights
   * themselves.
   *
   * @param decay the part of the average that a step keeps, in (0, 1); typically 0.99 to 0.9999
   * @throws IllegalArgumentException if the value is outside its range
   */
  public TrainOptions average(double decay) {
    checkArgument(decay > 0 && decay < 1, "average must be in (0, 1), got %s", decay);
    return with(s -> s.average = decay);
  }

  /** {@return the loss to minimise; empty for the usual one of the task} */
  public Optional<Loss> loss() {
    return settings.loss;
  }

  /**
   * {@return a copy with another loss} Without it, training minimises cross-entropy for classes,
   * binary cross-entropy for tags and the squared error for values. These are also the losses that
   * validation and evaluation report, whatever training minimises.
   *
   * @param value the loss to minimise
   */
  public TrainOptions loss(Loss value) {
    checkNotNull(value, "loss must not be null");
    requireNamed("A loss", value.name(), value.settings());
    return with(s -> s.loss = Optional.of(value));
  }

  /**
   * {@return the seed of the head's initial values, the order of images, augmentation and dropout}
   * The same seed gives the same result, bit for bit, on the same machine with the same number of
   * threads.
   */
  public long seed() {
    return settings.seed;
  }

  /**
   * {@return a copy with another seed}
   *
   * @param value any number
   */
  public TrainOptions seed(long value) {
    return with(s -> s.seed = value);
  }

  /** {@return the weights of the classes in the loss} */
  public ClassWeights classWeights() {
    return settings.classWeights;
  }

  /**
   * {@return a copy that weighs the training images by their classes} Validation is not weighted.
   *
   * @param value the weights, for example {@link ClassWeights#balanced}
   */
  public TrainOptions classWeights(ClassWeights value) {
    checkNotNull(value, "classWeights must not be null");
    return with(s -> s.classWeights = value);
  }

  /** {@return the choice and order of the training images in each epoch} */
  public Sampling sampling() {
    return settings.sampling;
  }

  /**
   * {@return a copy that chooses the training images of each epoch in another way} No effect
   * without {@link #shuffle()}.
   *
   * @param value the sampling, for example {@link Sampling#balanced}
   */
  public TrainOptions sampling(Sampling value) {
    checkNotNull(value, "sampling must not be null");
    return with(s -> s.sampling = value);
  }

  /** {@return whether every epoch has a new random order of images} */
  public boolean shuffle() {
    return settings.shuffle;
  }

  /**
   * {@return a copy with or without shuffling}
   *
   * @param value whether every epoch has a new random order of images
   */
  public TrainOptions shuffle(boolean value) {
    return with(s -> s.shuffle = value);
  }

  /** {@return the epoch whose weights to return} */
  public Keep keep() {
    return settings.keep;
  }

  /**
   * {@return a copy that returns the weights of another epoch}
   *
   * @param value the epoch whose weights to return
   */
  public TrainOptions keep(Keep value) {
    checkNotNull(value, "keep must not be null");
    return with(s -> s.keep = value);
  }

  /** {@return the storage of the frozen stem's outputs} */
  public FeatureCache cache() {
    return settings.cache;
  }

  /**
   * {@return a copy with another storage of the frozen stem's outputs}
   *
   * @param value the storage
   */
  public TrainOptions cache(FeatureCache value) {
    checkNotNull(value, "cache must not be null");
    return with(s -> s.cache = value);
  }

  /** {@return the random change of training images; validation images are not changed} */
  public Optional<Augmentation> augmentation() {
    return settings.augmentation;
  }

  /**
   * {@return the number of augmented copies of each image that the frozen stem computes} Each epoch
   * draws one of them. Without a stem, every epoch computes its own.
   */
  public int variants() {
    return settings.variants;
  }

  /**
   * {@return a copy with augmentation}
   *
   * @param change the random change of training images
   * @param copies the number of augmented copies per image, at least 1; see {@link #variants}
   * @throws IllegalArgumentException if {@code copies} is less than 1
   */
  public TrainOptions augment(Augmentation change, int copies) {
    checkNotNull(change, "augmentation must not be null");
    checkArgument(copies > 0, "variants must be >= 1, got %s", copies);
    return with(
        s -> {
          s.augmentation = Optional.of(change);
          s.variants = copies;
        });
  }

  /** {@return a copy without augmentation} */
  public TrainOptions withoutAugmentation() {
    return with(
        s -> {
          s.augmentation = Optional.empty();
          s.variants = 1;
        });
  }

  /** {@return the random mixture of the examples of a batch; empty for none} */
  public Optional<BatchMix> mix() {
    return settings.mix;
  }

  /**
   * {@return a copy that mixes the examples of each training batch} What is mixed are the inputs of
   * the layers that train: images, or the features of the frozen stem.
   *
   * @param value the mixture, such as {@code BatchMix.mixup(0.2)}
   */
  public TrainOptions mix(BatchMix value) {
    checkNotNull(value, "mix must not be null");
    return with(s -> s.mix = Optional.of(value));
  }

  /** {@return how trainable batch normalisation gets its inference statistics} */
  public BatchNormStatistics batchNormStatistics() {
    return settings.batchNormStatistics;
  }

  /**
   * {@return a copy with another source of batch normalisation statistics}
   *
   * @param value how trainable batch normalisation gets its inference statistics
   */
  public TrainOptions batchNormStatistics(BatchNormStatistics value) {
    checkNotNull(value, "batchNormStatistics must not be null");
    return with(s -> s.batchNormStatistics = value);
  }

  /** {@return when to stop before the last epoch; empty for never} */
  public Optional<EarlyStopping> earlyStopping() {
    return settings.earlyStopping;
  }

  /**
   * {@return a copy that stops when the validation results no longer improve} Use it with {@link
   * Keep#BEST}: the last epochs before the stop are not the best ones.
   *
   * @param value when to stop
   */
  public TrainOptions earlyStopping(EarlyStopping value) {
    checkNotNull(value, "earlyStopping must not be null");
    return with(s -> s.earlyStopping = Optional.of(value));
  }

  /** {@return the time limit in minutes; empty for none} */
  public OptionalDouble minutes() {
    return settings.minutes;
  }

  /**
   * {@return a copy with a time limit} Training ends when the limit is reached, and returns the
   * model of the finished epochs that {@link #keep} selects. The step that reaches the limit is
   * completed, and the unfinished epoch is dropped. If no epoch is finished, the first one is ended
   * early, with enough time left for its validation. The time includes the frozen stem. A training
   * that is resumed counts the time of all its runs.
   *
   * @param value minutes, over 0 and finite
   * @throws IllegalArgumentException if the value is outside its range
   */
  public TrainOptions minutes(double value) {
    checkArgument(
        value > 0 && Double.isFinite(value), "minutes must be > 0 and finite, got %s", value);
    return with(s -> s.minutes = OptionalDouble.of(value));
  }

  /** {@return the signal that ends the training; empty if there is none} */
  public Optional<StopSignal> stopSignal() {
    return settings.stopSignal;
  }

  /**
   * {@return a copy that ends when another thread requests it} Training completes its step, writes
   * a checkpoint if {@link #checkpointAt} is set, and returns a model as with a time limit.
   *
   * @param value the signal
   */
  public TrainOptions stopSignal(StopSignal value) {
    checkNotNull(value, "stopSignal must not be null");
    return with(s -> s.stopSignal = Optional.of(value));
  }

  /** {@return the checkpoints; empty if none are written} */
  public Optional<Checkpoints> checkpoints() {
    return settings.checkpoints;
  }

  /**
   * {@return a copy that writes checkpoints to a folder} See {@link Checkpoints}. The training
   * fails if the folder has a checkpoint already.
   *
   * @param folder created if it does not exist
   * @throws IllegalStateException if checkpoints are already set
   */
  public TrainOptions checkpointAt(Path folder) {
    return checkpoints(Checkpoints.at(folder));
  }

  /**
   * {@return a copy that continues from the checkpoint in a folder, and writes checkpoints there}
   * Without a checkpoint in the folder it starts from the beginning, because a training may be
   * killed before its first checkpoint. The result has the same bits as that of a training that was
   * never interrupted.
   *
   * @param folder a folder that an earlier training wrote checkpoints to
   * @throws IllegalStateException if checkpoints are already set
   */
  public TrainOptions resume(Path folder) {
    return checkpoints(Checkpoints.resume(folder));
  }

  private TrainOptions checkpoints(Checkpoints value) {
    settings.checkpoints.ifPresent(
        before -> {
          throw new IllegalStateException(
              "Set checkpoints only once, got " + before + " and then " + value);
        });
    return with(s -> s.checkpoints = Optional.of(value));
  }

  /**
   * {@return the metrics computed on the validation images after each epoch, in addition to loss
   * and score}
   */
  public List<Metric> metrics() {
    return settings.metrics;
  }

  /**
   * {@return a copy with one more metric}
   *
   * @param metric computed on the validation images after each epoch; its name has letters, digits,
   *     {@code _} and {@code -}
   * @throws IllegalArgumentException if the metric's name is invalid or used already
   */
  public TrainOptions metric(Metric metric) {
    checkNotNull(metric, "metric must not be null");
    List<Metric> all = ImmutableList.<Metric>builder().addAll(metrics()).add(metric).build();
    requireNames(all);
    return with(s -> s.metrics = all);
  }

  /** {@return the application's entries in the provenance of the model, by name} */
  public Map<String, String> notes() {
    return settings.notes;
  }

  /**
   * {@return a copy with an entry in the provenance of the model} For example the command that
   * trains, so that it can be repeated.
   *
   * @param name the name of the entry
   * @param text the entry
   * @throws IllegalArgumentException if there is an entry with this name
   */
  public TrainOptions note(String name, String text) {
    checkNotNull(name, "The name of a note must not be null");
    checkNotNull(text, "note must not be null");
    checkArgument(
        !notes().containsKey(name), "Notes must have distinct names, got \"%s\" twice", name);
    return with(
        s ->
            s.notes =
                ImmutableMap.<String, String>builder()
                    .putAll(notes())
                    .put(name, text)
                    .buildOrThrow());
  }

  /** {@return the receivers of progress events, in order} */
  public List<TrainingObserver> observers() {
    return settings.observers;
  }

  /**
   * {@return a copy with one more observer}
   *
   * @param observer receives progress events on the training thread
   */
  public TrainOptions observer(TrainingObserver observer) {
    checkNotNull(observer, "observer must not be null");
    return with(
        s ->
            s.observers =
                ImmutableList.<TrainingObserver>builder()
                    .addAll(s.observers)
                    .add(observer)
                    .build());
  }

  /**
   * {@return a copy for a trial of a search: without observers, metrics, checkpoints and time
   * limit}
   */
  public TrainOptions forTrial() {
    return with(
        s -> {
          s.observers = List.of();
          s.metrics = List.of();
          s.checkpoints = Optional.empty();
          s.minutes = OptionalDouble.empty();
        });
  }

  private TrainOptions with(Consumer<Settings> change) {
    Settings copy = new Settings(settings);
    change.accept(copy);
    return new TrainOptions(copy);
  }

  private static void requireNamed(
      String part, @Nullable String name, @Nullable Map<String, Double> settings) {
    checkArgument(
        name != null && settings != null,
        "%s must have a name and settings, got %s and %s",
        part,
        name,
        settings);
  }

  private static void requireSlots(Optimizer optimizer) {
    List<String> slots = optimizer.slots();
    checkArgument(
        slots != null
            && slots.size() <= MOST_SLOTS
            && slots.stream().allMatch(name -> name.matches("[A-Za-z0-9_-]+"))
            && slots.stream().distinct().count() == slots.size(),
        "An optimizer must have at most %s slots, with distinct names of letters, digits, _ and"
            + " -, got %s",
        MOST_SLOTS,
        slots);
  }

  private static void requireNames(List<Metric> metrics) {
    List<String> names = metrics.stream().map(Metric::name).map(String::valueOf).toList();
    checkArgument(
        metrics.stream().map(Metric::name).allMatch(Objects::nonNull)
            && names.stream().allMatch(name -> name.matches("[A-Za-z0-9_-]+"))
            && names.stream().distinct().count() == names.size(),
        "Metrics must have distinct names of letters, digits, _ and -, got %s",
        names);
  }

  /** The values. An instance is not changed once options have it. */
  private static final class Settings {
    private int epochs = 10;
    private int batch = 32;
    private Optimizer optimizer = Adam.adam(1e-4);
    private Schedule schedule = Schedule.constant();
    private ParameterGroups groups = ParameterGroups.same();
    private double clip = Double.POSITIVE_INFINITY;
    private int accumulate = 1;
    private double average = 0;
    private Optional<Loss> loss = Optional.empty();
    private long seed = 42;
    private ClassWeights classWeights = ClassWeights.none();
    private Sampling sampling = Sampling.shuffled();
    private Optional<BatchMix> mix = Optional.empty();
    private boolean shuffle = true;
    private Keep keep = Keep.LAST;
    private FeatureCache cache = FeatureCache.inMemory();
    private Optional<Augmentation> augmentation = Optional.empty();
    private int variants = 1;
    private BatchNormStatistics batchNormStatistics = BatchNormStatistics.RECOMPUTED;
    private Optional<EarlyStopping> earlyStopping = Optional.empty();
    private OptionalDouble minutes = OptionalDouble.empty();
    private Optional<StopSignal> stopSignal = Optional.empty();
    private Optional<Checkpoints> checkpoints = Optional.empty();
    private List<Metric> metrics = List.of();
    private Map<String, String> notes = Map.of();
    private List<TrainingObserver> observers = List.of();

    Settings() {}

    Settings(Settings from) {
      epochs = from.epochs;
      batch = from.batch;
      optimizer = from.optimizer;
      schedule = from.schedule;
      groups = from.groups;
      clip = from.clip;
      accumulate = from.accumulate;
      average = from.average;
      loss = from.loss;
      seed = from.seed;
      classWeights = from.classWeights;
      sampling = from.sampling;
      mix = from.mix;
      shuffle = from.shuffle;
      keep = from.keep;
      cache = from.cache;
      augmentation = from.augmentation;
      variants = from.variants;
      batchNormStatistics = from.batchNormStatistics;
      earlyStopping = from.earlyStopping;
      minutes = from.minutes;
      stopSignal = from.stopSignal;
      checkpoints = from.checkpoints;
      metrics = from.metrics;
      notes = from.notes;
      observers = from.observers;
    }
  }
}
