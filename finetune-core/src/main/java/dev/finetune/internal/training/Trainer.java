package dev.finetune.internal.training;

import com.google.common.hash.HashCode;
import dev.finetune.data.DatasetCheck;
import dev.finetune.data.Shuffle;
import dev.finetune.evaluate.Evaluation;
import dev.finetune.graph.LayerGraph;
import dev.finetune.internal.cache.Hashes;
import dev.finetune.internal.engine.Engines;
import dev.finetune.internal.network.Batch;
import dev.finetune.internal.network.NormPolicy;
import dev.finetune.internal.network.TrainableNetwork;
import dev.finetune.train.BatchResult;
import dev.finetune.train.EpochResult;
import dev.finetune.train.History;
import dev.finetune.train.Keep;
import dev.finetune.train.MemoryEstimate;
import dev.finetune.train.TrainOptions;
import dev.finetune.train.TrainingObserver;
import dev.finetune.weights.Weights;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;

/** Trains the tail of a cut network from the stem's outputs, which it computes once. */
public final class Trainer {

  /** The trained values of every parameter, and the course. */
  public record Result(Weights weights, History history) {}

  private final TrainingJob job;
  private final TrainOptions options;
  private final Cut cut;
  private final NormPolicy norms;

  public Trainer(TrainingJob job) {
    this.job = job;
    this.options = job.options();
    this.cut = Cut.of(job.network(), job.frozen());
    int batches = (job.train().size() + options.batchSize() - 1) / options.batchSize();
    this.norms = new NormPolicy(options.batchNormStatistics(), job.pretrained(), batches);
  }

  /** Runs the training to its end. */
  public Result run() {
    new BatchesOfOne(job, norms).refuse();
    List<List<HashCode>> hashes = checked();
    tell(o -> o.trainingStarted(job.train().size(), job.valid().size(), options.epochs()));
    try (TrainableNetwork tail =
        Engines.training(
            cut.tail(),
            cut.frozenInTail(),
            job.initial(),
            options.optimizer(),
            norms,
            job.engine())) {
      return cut.stem().isPresent()
          ? trainFromFeatures(tail, cut.stem().get(), hashes)
          : trainFromImages(tail);
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

  private Result trainFromImages(TrainableNetwork tail) throws IOException {
    requireMemory(tail::bytes);
    try (Sources sources = Sources.images(job)) {
      return train(tail, sources, 0);
    }
  }

  private Result trainFromFeatures(
      TrainableNetwork tail, LayerGraph layers, List<List<HashCode>> hashes) throws IOException {
    long start = System.nanoTime();
    try (Stem stem = new Stem(layers, job.initial(), job.input(), job.engine())) {
      // While the stem computes the tail has its parameters already, but no activations.
      long parameters = 4L * Float.BYTES * cut.tail().parameterCount();
      requireMemory(batch -> Math.max(tail.bytes(batch), parameters + stem.bytes()));
      try (Sources sources = Sources.features(job, stem, hashes)) {
        stem.release();
        return train(tail, sources, secondsSince(start));
      }
    }
  }

  private void requireMemory(IntToLongFunction nativeBytes) {
    MemoryEstimate estimate = new Preflight(job, cut.stem(), nativeBytes).require();
    tell(o -> o.memoryEstimated(estimate));
  }

  private Result train(TrainableNetwork tail, Sources sources, double stemSeconds) {
    List<EpochResult> epochs = new ArrayList<>();
    Weights best = null;
    for (int epoch = 1; epoch <= options.epochs(); epoch++) {
      long start = System.nanoTime();
      EpochMeter meter = trainEpoch(tail, sources.train(), epoch, epochs);
      settleStatistics(tail, sources.train(), epoch);
      Evaluation judged = validate(tail, sources.valid());
      EpochResult result = meter.result(judged, secondsSince(start));
      epochs.add(result);
      tell(o -> o.epochEnded(result));
      if (options.keep() == Keep.BEST && new History(epochs, 0).best().epoch() == epoch) {
        best = tail.weights();
      }
    }
    History history = new History(epochs, stemSeconds);
    tell(o -> o.trainingEnded(history));
    Weights trained = best == null ? tail.weights() : best;
    return new Result(job.initial().plus(trained), history);
  }

  private EpochMeter trainEpoch(
      TrainableNetwork tail, Examples train, int epoch, List<EpochResult> before) {
    int[] order =
        options.shuffle()
            ? Shuffle.permutation(train.size(), Seeds.order(options.seed(), epoch))
            : IntStream.range(0, train.size()).toArray();
    EpochMeter meter = new EpochMeter(epoch, train.size(), options);
    try (Examples.Cursor cursor = train.open(order, Seeds.changes(options.seed(), epoch))) {
      for (int from = 0; from < order.length; from += options.batchSize()) {
        int[] indices =
            Arrays.copyOfRange(order, from, Math.min(from + options.batchSize(), order.length));
        int[] labels = IntStream.of(indices).map(job.train()::label).toArray();
        long asked = System.nanoTime();
        Batch batch = take(cursor, indices.length);
        meter.waited(secondsSince(asked));
        TrainableNetwork.Step step =
            tail.step(batch, labels, Seeds.step(options.seed(), epoch, from / options.batchSize()));
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
        float[][] logits = tail.logits(take(cursor, count));
        for (int i = 0; i < count; i++) {
          tally.add(logits[i], job.valid().label(from + i));
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
