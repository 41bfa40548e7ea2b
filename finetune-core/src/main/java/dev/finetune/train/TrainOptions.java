package dev.finetune.train;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkNotNull;

import com.google.common.collect.ImmutableList;
import dev.finetune.evaluate.Metric;
import dev.finetune.image.Augmentation;
import dev.finetune.loss.CrossEntropy;
import dev.finetune.loss.Loss;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The settings of a training run. Immutable: each method returns a modified copy.
 *
 * <pre>{@code
 * TrainOptions.defaults().epochs(101).batchSize(32).optimizer(adam(1e-4))
 * }</pre>
 *
 * @param epochs the number of passes over the training images
 * @param batchSize the number of images per step; the last batch of an epoch may be smaller
 * @param optimizer the algorithm that changes values by their gradients
 * @param schedule the learning rate of each step
 * @param groups the learning rates of parameters relative to each other
 * @param loss the loss to minimise
 * @param seed the seed of the head's initial values, the order of images, augmentation and dropout.
 *     The same seed gives the same result, bit for bit, on the same machine
 * @param shuffle whether every epoch has a new random order of images
 * @param keep the epoch whose weights to return
 * @param featureCache the storage of the frozen stem's outputs
 * @param augmentation the random change of training images; validation images are not changed
 * @param variants the number of augmented copies of each image that the frozen stem computes; each
 *     epoch draws one of them. Without a stem, every epoch computes its own
 * @param batchNormStatistics how trainable batch normalisation gets its inference statistics
 * @param metrics computed on the validation images after each epoch, in addition to loss and
 *     accuracy
 * @param observers receive progress events, in order, on the training thread
 */
public record TrainOptions(
    int epochs,
    int batchSize,
    Optimizer optimizer,
    Schedule schedule,
    ParameterGroups groups,
    Loss loss,
    long seed,
    boolean shuffle,
    Keep keep,
    FeatureCache featureCache,
    Optional<Augmentation> augmentation,
    int variants,
    BatchNormStatistics batchNormStatistics,
    List<Metric> metrics,
    List<TrainingObserver> observers) {

  /** Every slot holds as many floats as the parameters. */
  private static final int MOST_SLOTS = 16;

  /**
   * Creates options. Copies the lists.
   *
   * @param epochs at least 1
   * @param batchSize at least 1
   * @param optimizer with at most 16 slots, which have distinct names of letters, digits, {@code _}
   *     and {@code -}
   * @param schedule the learning rate of each step
   * @param groups the learning rates of parameters relative to each other
   * @param loss the loss to minimise
   * @param seed any number
   * @param shuffle whether every epoch has a new random order of images
   * @param keep the epoch whose weights to return
   * @param featureCache the storage of the frozen stem's outputs
   * @param augmentation the random change of training images; may be empty
   * @param variants at least 1
   * @param batchNormStatistics how trainable batch normalisation gets its inference statistics
   * @param metrics with distinct names of letters, digits, {@code _} and {@code -}
   * @param observers may be empty
   * @throws IllegalArgumentException if a value is outside its range, or a name is invalid or
   *     repeated
   * @throws NullPointerException if an argument is null
   */
  public TrainOptions {
    checkArgument(epochs > 0, "epochs must be >= 1, got %s", epochs);
    checkArgument(batchSize > 0, "batchSize must be >= 1, got %s", batchSize);
    checkArgument(variants > 0, "variants must be >= 1, got %s", variants);
    checkNotNull(optimizer, "optimizer must not be null");
    checkNotNull(schedule, "schedule must not be null");
    checkNotNull(groups, "groups must not be null");
    checkNotNull(loss, "loss must not be null");
    checkNotNull(keep, "keep must not be null");
    checkNotNull(featureCache, "featureCache must not be null");
    checkNotNull(augmentation, "augmentation must not be null");
    requireSlots(optimizer);
    metrics = List.copyOf(checkNotNull(metrics, "metrics must not be null"));
    requireNames(metrics);
    checkNotNull(observers, "observers must not be null").forEach(TrainOptions::requireObserver);
    observers = List.copyOf(observers);
  }

  private static void requireSlots(Optimizer optimizer) {
    List<String> slots = optimizer.slots();
    checkArgument(
        slots.size() <= MOST_SLOTS
            && slots.stream().allMatch(name -> name.matches("[A-Za-z0-9_-]+"))
            && slots.stream().distinct().count() == slots.size(),
        "An optimizer must have at most %s slots, with distinct names of letters, digits, _ and"
            + " -, got %s",
        MOST_SLOTS,
        slots);
  }

  private static void requireNames(List<Metric> metrics) {
    List<String> names = metrics.stream().map(Metric::name).toList();
    checkArgument(
        names.stream().allMatch(name -> name.matches("[A-Za-z0-9_-]+"))
            && names.stream().distinct().count() == names.size(),
        "Metrics must have distinct names of letters, digits, _ and -, got %s",
        names);
  }

  private static void requireObserver(TrainingObserver observer) {
    checkNotNull(observer, "observer must not be null");
  }

  /**
   * {@return the default options} They are 10 epochs with batches of 32, Adam with a constant
   * learning rate of 1e-4, cross-entropy, seed 42, shuffling, the last epoch's weights, features in
   * memory, no augmentation, recomputed batch normalisation statistics, no metrics and no
   * observers.
   */
  public static TrainOptions defaults() {
    return new TrainOptions(
        10,
        32,
        Adam.adam(1e-4),
        Schedule.constant(),
        ParameterGroups.same(),
        CrossEntropy.crossEntropy(),
        42,
        true,
        Keep.LAST,
        FeatureCache.inMemory(),
        Optional.empty(),
        1,
        BatchNormStatistics.RECOMPUTED,
        List.of(),
        List.of());
  }

  /**
   * {@return a copy with another number of epochs}
   *
   * @param value at least 1
   * @throws IllegalArgumentException if the value is less than 1
   */
  public TrainOptions epochs(int value) {
    return with(s -> s.epochs = value);
  }

  /**
   * {@return a copy with another batch size}
   *
   * @param value images per step, at least 1
   * @throws IllegalArgumentException if the value is less than 1
   */
  public TrainOptions batchSize(int value) {
    return with(s -> s.batchSize = value);
  }

  /**
   * {@return a copy with another optimizer}
   *
   * @param value the optimizer, with at most 16 slots
   * @throws IllegalArgumentException if the optimizer has too many slots, or slots with invalid
   *     names
   */
  public TrainOptions optimizer(Optimizer value) {
    return with(s -> s.optimizer = value);
  }

  /**
   * {@return a copy with another learning rate schedule}
   *
   * @param value the learning rate of each step
   */
  public TrainOptions schedule(Schedule value) {
    return with(s -> s.schedule = value);
  }

  /**
   * {@return a copy with other parameter groups}
   *
   * @param value the learning rates of parameters relative to each other
   */
  public TrainOptions groups(ParameterGroups value) {
    return with(s -> s.groups = value);
  }

  /**
   * {@return a copy with another loss} Validation and evaluation always report cross-entropy.
   *
   * @param value the loss to minimise
   */
  public TrainOptions loss(Loss value) {
    return with(s -> s.loss = value);
  }

  /**
   * {@return a copy with another seed}
   *
   * @param value any number
   */
  public TrainOptions seed(long value) {
    return with(s -> s.seed = value);
  }

  /**
   * {@return a copy with or without shuffling}
   *
   * @param value whether every epoch has a new random order of images
   */
  public TrainOptions shuffle(boolean value) {
    return with(s -> s.shuffle = value);
  }

  /**
   * {@return a copy that returns the weights of another epoch}
   *
   * @param value the epoch whose weights to return
   */
  public TrainOptions keep(Keep value) {
    return with(s -> s.keep = value);
  }

  /**
   * {@return a copy with another storage of the frozen stem's outputs}
   *
   * @param value the storage
   */
  public TrainOptions featureCache(FeatureCache value) {
    return with(s -> s.featureCache = value);
  }

  /**
   * {@return a copy with augmentation}
   *
   * @param change the random change of training images
   * @param copies the number of augmented copies per image, at least 1; see {@link #variants}
   * @throws IllegalArgumentException if {@code copies} is less than 1
   */
  public TrainOptions augment(Augmentation change, int copies) {
    return with(
        s -> {
          s.augmentation = Optional.of(checkNotNull(change, "augmentation must not be null"));
          s.variants = copies;
        });
  }

  /**
   * {@return a copy with another source of batch normalisation statistics}
   *
   * @param value how trainable batch normalisation gets its inference statistics
   */
  public TrainOptions batchNormStatistics(BatchNormStatistics value) {
    return with(s -> s.batchNormStatistics = value);
  }

  /**
   * {@return a copy with one more metric}
   *
   * @param metric computed on the validation images after each epoch
   * @throws IllegalArgumentException if the metric's name is invalid or used already
   */
  public TrainOptions metric(Metric metric) {
    checkNotNull(metric, "metric must not be null");
    return with(
        s -> s.metrics = ImmutableList.<Metric>builder().addAll(metrics).add(metric).build());
  }

  /**
   * {@return a copy with one more observer}
   *
   * @param observer receives progress events
   */
  public TrainOptions observer(TrainingObserver observer) {
    requireObserver(observer);
    return with(
        s ->
            s.observers =
                ImmutableList.<TrainingObserver>builder().addAll(observers).add(observer).build());
  }

  private TrainOptions with(Consumer<Settings> change) {
    Settings settings = new Settings(this);
    change.accept(settings);
    return settings.build();
  }

  /** The mutable components, for changing one at a time. */
  private static final class Settings {
    int epochs;
    int batchSize;
    Optimizer optimizer;
    Schedule schedule;
    ParameterGroups groups;
    Loss loss;
    long seed;
    boolean shuffle;
    Keep keep;
    FeatureCache featureCache;
    Optional<Augmentation> augmentation;
    int variants;
    BatchNormStatistics batchNormStatistics;
    List<Metric> metrics;
    List<TrainingObserver> observers;

    Settings(TrainOptions from) {
      epochs = from.epochs;
      batchSize = from.batchSize;
      optimizer = from.optimizer;
      schedule = from.schedule;
      groups = from.groups;
      loss = from.loss;
      seed = from.seed;
      shuffle = from.shuffle;
      keep = from.keep;
      featureCache = from.featureCache;
      augmentation = from.augmentation;
      variants = from.variants;
      batchNormStatistics = from.batchNormStatistics;
      metrics = from.metrics;
      observers = from.observers;
    }

    TrainOptions build() {
      return new TrainOptions(
          epochs,
          batchSize,
          optimizer,
          schedule,
          groups,
          loss,
          seed,
          shuffle,
          keep,
          featureCache,
          augmentation,
          variants,
          batchNormStatistics,
          metrics,
          observers);
    }
  }
}
