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
 * How to train. Immutable: each method gives a changed copy.
 *
 * <pre>{@code
 * TrainOptions.defaults().epochs(101).batchSize(32).optimizer(adam(1e-4))
 * }</pre>
 *
 * @param epochs passes over the training images, at least 1
 * @param batchSize images per step, at least 1; the last batch of an epoch may be smaller
 * @param optimizer how gradients become updates
 * @param schedule the learning rate of each step
 * @param groups how fast parameters learn beside each other
 * @param loss what training minimises
 * @param seed of the head's initial values, the order of images and dropout; one seed gives one
 *     result, bit for bit, on one machine
 * @param shuffle whether every epoch has its own order of images
 * @param keep which epoch's weights to give back
 * @param featureCache where the frozen stem's outputs are kept
 * @param augmentation what is changed at random in images to train on; validation sees them as they
 *     are
 * @param variants how many changed copies of an image the frozen stem computes, at least 1; each
 *     epoch draws one. Where there is no stem, every epoch makes its own
 * @param batchNormStatistics where trained batch normalisation has its statistics for inference
 *     from
 * @param metrics computed on the validation images after each epoch, beside loss and accuracy
 * @param observers told of progress, in order, on the training thread
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

  /** Each has as many values as the parameters. */
  private static final int MOST_SLOTS = 16;

  public TrainOptions {
    checkArgument(epochs > 0, "epochs is at least 1, got %s", epochs);
    checkArgument(batchSize > 0, "batchSize is at least 1, got %s", batchSize);
    checkArgument(variants > 0, "variants is at least 1, got %s", variants);
    checkNotNull(optimizer, "optimizer is given, got null");
    checkNotNull(schedule, "schedule is given, got null");
    checkNotNull(groups, "groups are given, got null");
    checkNotNull(loss, "loss is given, got null");
    checkNotNull(keep, "keep is given, got null");
    checkNotNull(featureCache, "featureCache is given, got null");
    checkNotNull(augmentation, "augmentation is given or empty, got null");
    requireSlots(optimizer);
    metrics = List.copyOf(checkNotNull(metrics, "metrics are given, got null"));
    requireNames(metrics);
    checkNotNull(observers, "observers are given, got null").forEach(TrainOptions::requireObserver);
    observers = List.copyOf(observers);
  }

  private static void requireSlots(Optimizer optimizer) {
    List<String> slots = optimizer.slots();
    checkArgument(
        slots.size() <= MOST_SLOTS
            && slots.stream().allMatch(name -> name.matches("[A-Za-z0-9_-]+"))
            && slots.stream().distinct().count() == slots.size(),
        "An optimizer must have at most %s slots, with names of letters, digits, _ and -, all"
            + " different; got %s",
        MOST_SLOTS,
        slots);
  }

  private static void requireNames(List<Metric> metrics) {
    List<String> names = metrics.stream().map(Metric::name).toList();
    checkArgument(
        names.stream().allMatch(name -> name.matches("[A-Za-z0-9_-]+"))
            && names.stream().distinct().count() == names.size(),
        "Metrics must have names of letters, digits, _ and -, all different, got %s",
        names);
  }

  private static void requireObserver(TrainingObserver observer) {
    checkNotNull(observer, "An observer is given, got null");
  }

  /**
   * 10 epochs, batch 32, Adam 1e-4 throughout, cross-entropy, seed 42, shuffled, the last weights,
   * features in memory, images as they are, statistics of batch normalisation recomputed, no
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

  /** Returns a copy with that many epochs. */
  public TrainOptions epochs(int value) {
    return with(s -> s.epochs = value);
  }

  /** Returns a copy with that batch size. */
  public TrainOptions batchSize(int value) {
    return with(s -> s.batchSize = value);
  }

  /** Returns a copy with that optimizer. */
  public TrainOptions optimizer(Optimizer value) {
    return with(s -> s.optimizer = value);
  }

  /** Returns a copy in which the learning rate of each step is that of the schedule. */
  public TrainOptions schedule(Schedule value) {
    return with(s -> s.schedule = value);
  }

  /** Returns a copy in which parameters learn as their groups say. */
  public TrainOptions groups(ParameterGroups value) {
    return with(s -> s.groups = value);
  }

  /** Returns a copy with that loss. Validation and evaluation give cross-entropy whatever it is. */
  public TrainOptions loss(Loss value) {
    return with(s -> s.loss = value);
  }

  /** Returns a copy with that seed. */
  public TrainOptions seed(long value) {
    return with(s -> s.seed = value);
  }

  /** Returns a copy with or without shuffling. */
  public TrainOptions shuffle(boolean value) {
    return with(s -> s.shuffle = value);
  }

  /** Returns a copy that keeps those weights. */
  public TrainOptions keep(Keep value) {
    return with(s -> s.keep = value);
  }

  /** Returns a copy that keeps the frozen stem's outputs there. */
  public TrainOptions featureCache(FeatureCache value) {
    return with(s -> s.featureCache = value);
  }

  /** Returns a copy that changes images at random, so many times each; see {@link #variants}. */
  public TrainOptions augment(Augmentation change, int copies) {
    return with(
        s -> {
          s.augmentation = Optional.of(checkNotNull(change, "An augmentation is given, got null"));
          s.variants = copies;
        });
  }

  /**
   * Returns a copy in which trained batch normalisation has its statistics for inference from
   * there.
   */
  public TrainOptions batchNormStatistics(BatchNormStatistics value) {
    return with(s -> s.batchNormStatistics = value);
  }

  /** Returns a copy with one more metric. */
  public TrainOptions metric(Metric metric) {
    checkNotNull(metric, "A metric is given, got null");
    return with(
        s -> s.metrics = ImmutableList.<Metric>builder().addAll(metrics).add(metric).build());
  }

  /** Returns a copy with one more observer. */
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

  /** The components, to be changed one at a time. */
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
