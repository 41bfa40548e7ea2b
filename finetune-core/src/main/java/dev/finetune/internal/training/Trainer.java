package dev.finetune.internal.training;

import com.google.common.hash.HashCode;
import dev.finetune.data.DatasetCheck;
import dev.finetune.data.Interruption;
import dev.finetune.data.Labels;
import dev.finetune.data.Shuffle;
import dev.finetune.engine.Batch;
import dev.finetune.engine.NormPolicy;
import dev.finetune.engine.TrainableNetwork;
import dev.finetune.evaluate.Evaluation;
import dev.finetune.graph.LayerGraph;
import dev.finetune.internal.cache.Hashes;
import dev.finetune.internal.network.Networks;
import dev.finetune.internal.training.StoppedTraining.Place;
import dev.finetune.internal.training.StoppedTraining.Reason;
import dev.finetune.loss.Targets;
import dev.finetune.train.BatchResult;
import dev.finetune.train.EpochResult;
import dev.finetune.train.History;
import dev.finetune.train.Keep;
import dev.finetune.train.MemoryEstimate;
import dev.finetune.train.TrainOptions;
import dev.finetune.train.TrainingObserver;
import dev.finetune.weights.Finite;
import dev.finetune.weights.Weights;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Trains the tail of a cut network from the stem's outputs, which it computes once. For one run.
 *
 * <p>After each epoch the weights are copied that training would give if it ended there. So they
 * are at hand when a later epoch goes wrong. The weights before a step would not do: a loss that is
 * not finite comes from weights that are spoilt already.
 */
public final class Trainer {

  /** The trained values of every parameter, and the course. */
  public record Result(Weights weights, History history) {}

  private final TrainingJob job;
  private final TrainOptions options;
  private final Cut cut;
  private final NormPolicy norms;

  /** Taken once, so that every epoch has the same, whatever a dataset does. */
  private final int[] trainLabels;

  private final int[] validLabels;

  /** The epochs that have ended, and what they have left. */
  private final List<EpochResult> epochs = new ArrayList<>();

  private double stemSeconds;
  private @Nullable Weights kept;

  public Trainer(TrainingJob job) {
    this.job = job;
    this.options = job.options();
    this.cut = Cut.of(job.network(), job.frozen());
    int batches = (job.train().size() + options.batchSize() - 1) / options.batchSize();
    this.norms = new NormPolicy(options.batchNormStatistics(), job.pretrained(), batches);
    List<int[]> labels = Labels.of(job.train(), job.valid());
    this.trainLabels = labels.get(0);
    this.validLabels = labels.get(1);
  }

  /**
   * Runs the training to its end.
   *
   * @throws StoppedTraining if a loss is not finite, or the thread is interrupted
   */
  public Result run() {
    new BatchesOfOne(job, norms).refuse();
    try {
      return runToTheEnd();
    } catch (StoppedTraining e) {
      throw e;
    } catch (RuntimeException e) {
      if (Interruption.caused(e)) {
        throw stopped(Reason.INTERRUPTED, new Place(epochs.size(), 0, 0), e);
      }
      throw e;
    }
  }

  private Result runToTheEnd() {
    requireNotInterrupted(new Place(0, 0, 0));
    List<List<HashCode>> hashes = checked();
    tell(o -> o.trainingStarted(job.train().size(), job.valid().size(), options.epochs()));
    try (Learner learner =
        new Learner(
            Networks.training(cut.tail(), cut.frozenInTail(), job.initial(), norms, job.engine()),
            options.loss(),
            options.optimizer(),
            job.engine().threads())) {
      return cut.stem().isPresent()
          ? trainFromFeatures(learner, cut.stem().get(), hashes)
          : trainFromImages(learner);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Checks that every image can be read; gives their hashes where features are found by them. */
  private List<List<HashCode>> checked() {
    boolean byContent =
        cut.stem().isPresent()
            && (options.featureCache().directory().isPresent()
                || options.augmentation().isPresent());
    if (byContent) {
      return DatasetCheck.map(Hashes::image, job.train(), job.valid());
    }
    DatasetCheck.verify(job.train(), job.valid());
    return List.of(List.of(), List.of());
  }

  private Result trainFromImages(Learner learner) throws IOException {
    requireMemory(learner.network()::bytes);
    try (Sources sources = Sources.images(job)) {
      return train(learner, sources);
    }
  }

  private Result trainFromFeatures(Learner learner, LayerGraph layers, List<List<HashCode>> hashes)
      throws IOException {
    long start = System.nanoTime();
    try (Stem stem = new Stem(layers, job.initial(), job.input(), job.engine())) {
      // While the stem computes the tail has its parameters already, but no activations.
      long parameters = 4L * Float.BYTES * cut.tail().parameterCount();
      requireMemory(batch -> Math.max(learner.network().bytes(batch), parameters + stem.bytes()));
      try (Sources sources = Sources.features(job, stem, hashes)) {
        stem.release();
        stemSeconds = secondsSince(start);
        return train(learner, sources);
      }
    }
  }

  private void requireMemory(IntToLongFunction nativeBytes) {
    MemoryEstimate estimate = new Preflight(job, cut.stem(), nativeBytes).require();
    tell(o -> o.memoryEstimated(estimate));
  }

  private Result train(Learner learner, Sources sources) {
    TrainableNetwork tail = learner.network();
    for (int epoch = 1; epoch <= options.epochs(); epoch++) {
      long start = System.nanoTime();
      EpochMeter meter = trainEpoch(learner, sources.train(), epoch, epochs);
      settleStatistics(tail, sources.train(), epoch);
      Evaluation judged = validate(tail, sources.valid());
      if (!tail.finite()) {
        throw stopped(Reason.DIVERGED, new Place(epoch, 0, Double.NaN), null);
      }
      EpochResult result = meter.result(judged, secondsSince(start));
      epochs.add(result);
      keep(tail, epoch);
      tell(o -> o.epochEnded(result));
    }
    History history = new History(epochs, stemSeconds);
    tell(o -> o.trainingEnded(history));
    return new Result(trained().orElseThrow(), history);
  }

  /** Copies the weights, if training would give those of this epoch. */
  private void keep(TrainableNetwork tail, int epoch) {
    if (options.keep() == Keep.LAST || new History(epochs, 0).best().epoch() == epoch) {
      kept = null; // Given up before the next are copied, so that there is one copy at a time.
      kept = tail.weights();
    }
  }

  private Optional<Weights> trained() {
    return Optional.ofNullable(kept).map(job.initial()::plus);
  }

  private void requireNotInterrupted(Place place) {
    if (Thread.currentThread().isInterrupted()) {
      throw stopped(Reason.INTERRUPTED, place, null);
    }
  }

  private void requireFinite(Place place) {
    if (!Double.isFinite(place.loss())) {
      throw stopped(Reason.DIVERGED, place, null);
    }
  }

  private StoppedTraining stopped(Reason reason, Place place, @Nullable Throwable cause) {
    return new StoppedTraining(reason, place, new History(epochs, stemSeconds), trained(), cause);
  }

  private EpochMeter trainEpoch(
      Learner learner, Examples train, int epoch, List<EpochResult> before) {
    int[] order =
        options.shuffle()
            ? Shuffle.permutation(train.size(), Seeds.order(options.seed(), epoch))
            : IntStream.range(0, train.size()).toArray();
    EpochMeter meter = new EpochMeter(epoch, train.size(), options);
    try (Examples.Cursor cursor = train.open(order, Seeds.changes(options.seed(), epoch))) {
      for (int from = 0; from < order.length; from += options.batchSize()) {
        int number = from / options.batchSize() + 1;
        requireNotInterrupted(new Place(epoch, number, 0));
        int[] indices =
            Arrays.copyOfRange(order, from, Math.min(from + options.batchSize(), order.length));
        int[] labels = IntStream.of(indices).map(i -> trainLabels[i]).toArray();
        long asked = System.nanoTime();
        Batch batch = take(cursor, indices.length);
        meter.waited(secondsSince(asked));
        Learner.Step step =
            learner.step(
                batch, Targets.classes(labels), Seeds.step(options.seed(), epoch, number - 1));
        requireFinite(new Place(epoch, number, step.loss()));
        meter.add(step, indices.length);
        BatchResult result = meter.progress(before);
        tell(o -> o.batchEnded(result));
      }
    }
    return meter;
  }

  /** Recomputes statistics in an order of its own: images may be sorted by class. */
  private void settleStatistics(TrainableNetwork tail, Examples train, int epoch) {
    if (!tail.recomputesStatistics()) {
      return;
    }
    long seed = Seeds.statistics(options.seed(), epoch);
    int[] order = Shuffle.permutation(train.size(), seed);
    try (Examples.Cursor cursor = train.open(order, seed)) {
      for (int from = 0; from < order.length; from += options.batchSize()) {
        tail.observe(take(cursor, Math.min(options.batchSize(), order.length - from)));
      }
    }
    tail.settle();
  }

  private Evaluation validate(TrainableNetwork tail, Examples valid) {
    Evaluation.Tally tally = Evaluation.tally(job.valid().classNames());
    int[] order = IntStream.range(0, valid.size()).toArray();
    try (Examples.Cursor cursor = valid.open(order, 0)) {
      for (int from = 0; from < order.length; from += options.batchSize()) {
        int count = Math.min(options.batchSize(), order.length - from);
        requireNotInterrupted(new Place(epochs.size() + 1, 0, 0));
        float[][] logits = tail.logits(take(cursor, count));
        for (int i = 0; i < count; i++) {
          if (!Finite.all(logits[i])) {
            throw stopped(Reason.DIVERGED, new Place(epochs.size() + 1, 0, Double.NaN), null);
          }
          tally.add(logits[i], validLabels[from + i]);
        }
      }
    }
    return tally.result();
  }

  private static Batch take(Examples.Cursor cursor, int count) {
    List<FloatBuffer[]> batch = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      batch.add(cursor.next());
    }
    return new Batch(batch);
  }

  private void tell(Consumer<TrainingObserver> event) {
    options.observers().forEach(event);
  }

  static double secondsSince(long nanoTime) {
    return (System.nanoTime() - nanoTime) / 1e9;
  }
}
