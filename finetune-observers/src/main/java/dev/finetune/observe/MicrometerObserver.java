package dev.finetune.observe;

import static com.google.common.base.Preconditions.checkNotNull;

import dev.finetune.train.BatchResult;
import dev.finetune.train.EpochResult;
import dev.finetune.train.History;
import dev.finetune.train.TrainingObserver;
import dev.finetune.train.TrainingStart;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/**
 * An observer that reports a training to a Micrometer registry, and through it to a monitoring
 * system. Needs {@code io.micrometer:micrometer-core}, which the application adds; on the module
 * path it requires {@code micrometer.core}.
 *
 * <p>These meters go up over all trainings of the process:
 *
 * <ul>
 *   <li>{@code finetune.training.epoch}, a timer: the number of finished epochs and their wall time
 *   <li>{@code finetune.training.wait}, a timer: the time in which epochs waited for images
 *   <li>{@code finetune.training.images}, a counter: training images of finished epochs
 *   <li>{@code finetune.training.runs}, a counter: trainings that ended, with the tag {@code
 *       outcome} that is the {@link dev.finetune.train.TrainingEnd} in lower case or {@code failed}
 * </ul>
 *
 * <p>These gauges have the values of the last finished epoch, and NaN before it:
 *
 * <ul>
 *   <li>{@code finetune.training.loss} and {@code finetune.training.score}, each with the tag
 *       {@code images} that is {@code train} or {@code valid}
 *   <li>{@code finetune.training.speed}, in training images per second
 *   <li>{@code finetune.training.metric}, with the tag {@code metric}, for each of the
 *       application's metrics
 * </ul>
 *
 * <p>The gauge {@code finetune.training.progress} is the finished share of the training's steps,
 * from 0 to 1, and changes with each step. Gauges keep their last value after the training, until
 * the next one with the same tags replaces them. The registry keeps numbers only, and no reference
 * to the training or this observer. Trainings that run at the same time need different tags.
 */
@SuppressWarnings("exports") // applications without Micrometer must compile, see module-info
public final class MicrometerObserver implements TrainingObserver {

  private static final String PREFIX = "finetune.training.";
  private static final double NANOS = 1e9;

  private final MeterRegistry registry;
  private final Tags tags;

  /** The values of this training's gauges. */
  private final Map<Meter.Id, AtomicReference<Double>> gauges = new HashMap<>();

  private int trainImages;

  private MicrometerObserver(MeterRegistry registry, Tags tags) {
    this.registry = registry;
    this.tags = tags;
  }

  /**
   * {@return an observer without tags}
   *
   * @param registry the registry that gets the meters when a training starts
   */
  public static MicrometerObserver of(MeterRegistry registry) {
    return of(registry, Tags.empty());
  }

  /**
   * {@return an observer whose meters have tags}
   *
   * @param registry the registry that gets the meters when a training starts
   * @param tags the tags of every meter, for example {@code Tags.of("run", "flowers")}; the keys
   *     {@code images}, {@code metric} and {@code outcome} are used by the meters
   */
  public static MicrometerObserver of(MeterRegistry registry, Iterable<Tag> tags) {
    return new MicrometerObserver(
        checkNotNull(registry, "registry must not be null"),
        Tags.of(checkNotNull(tags, "tags must not be null")));
  }

  @Override
  public void trainingStarted(TrainingStart start) {
    trainImages = start.trainImages();
    gauges.clear();
    for (String images : List.of("train", "valid")) {
      set("loss", Tags.of("images", images), Double.NaN);
      set("score", Tags.of("images", images), Double.NaN);
    }
    set("speed", Tags.empty(), Double.NaN);
    set("progress", Tags.empty(), (double) start.finished() / start.epochs());
  }

  @Override
  public void batchEnded(BatchResult result) {
    double epochs = result.epoch() - 1 + (double) result.batch() / result.batches();
    set("progress", Tags.empty(), epochs / result.epochs());
  }

  @Override
  public void epochEnded(EpochResult result) {
    timer("epoch", "Finished epochs and their wall time").record(duration(result.seconds()));
    timer("wait", "Time in which epochs waited for images").record(duration(result.waitSeconds()));
    Counter.builder(PREFIX + "images")
        .description("Training images of finished epochs")
        .tags(tags)
        .register(registry)
        .increment(trainImages);
    set("loss", Tags.of("images", "train"), result.trainLoss());
    set("loss", Tags.of("images", "valid"), result.validLoss());
    set("score", Tags.of("images", "train"), result.trainScore());
    set("score", Tags.of("images", "valid"), result.validScore());
    set("speed", Tags.empty(), result.imagesPerSecond());
    result.metrics().forEach((name, value) -> set("metric", Tags.of("metric", name), value));
  }

  @Override
  public void trainingEnded(History history) {
    ended(history.end().name().toLowerCase(Locale.ROOT));
  }

  @Override
  public void trainingFailed(RuntimeException cause) {
    ended("failed");
  }

  private void ended(String outcome) {
    Counter.builder(PREFIX + "runs")
        .description("Trainings that ended or failed")
        .tags(tags.and("outcome", outcome))
        .register(registry)
        .increment();
  }

  private Timer timer(String name, String description) {
    return Timer.builder(PREFIX + name).description(description).tags(tags).register(registry);
  }

  private static Duration duration(double seconds) {
    return Duration.ofNanos(Math.round(seconds * NANOS));
  }

  private void set(String name, Tags ofGauge, double value) {
    Meter.Id id = new Meter.Id(PREFIX + name, tags.and(ofGauge), null, null, Meter.Type.GAUGE);
    gauges.computeIfAbsent(id, this::register).set(value);
  }

  private AtomicReference<Double> register(Meter.Id id) {
    // Otherwise the registry would keep the gauge of an earlier training and ignore this one.
    registry.removeByPreFilterId(id);
    AtomicReference<Double> value = new AtomicReference<>(Double.NaN);
    Gauge.builder(id.getName(), value::get).tags(id.getTags()).register(registry);
    return value;
  }
}
