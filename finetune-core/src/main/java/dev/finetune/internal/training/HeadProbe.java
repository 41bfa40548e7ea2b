package dev.finetune.internal.training;

import com.google.common.collect.HashBasedTable;
import com.google.common.collect.Table;
import com.google.common.primitives.Doubles;
import com.google.common.primitives.Floats;
import dev.finetune.engine.Batch;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.graph.layer.ParameterSpec;
import dev.finetune.internal.probe.LinearProbe;
import dev.finetune.internal.probe.ProbeExamples;
import dev.finetune.loss.CrossEntropy;
import dev.finetune.loss.Targets;
import dev.finetune.train.EpochResult;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.Weights;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Fits the last layer of a network to the features before it, and validates it. */
final class HeadProbe {

  private final TrainingJob job;
  private final Learner learner;
  private final Sources sources;
  private final Node last;

  /**
   * Prepares a fit.
   *
   * @param learner the last layer alone
   * @param sources the features
   * @param last the last layer
   */
  HeadProbe(TrainingJob job, Learner learner, Sources sources, Node last) {
    this.job = job;
    this.learner = learner;
    this.sources = sources;
    this.last = last;
  }

  /**
   * The result.
   *
   * @param epoch the results on training and validation images
   * @param kept what the run keeps: the weights of the last layer
   * @param summary how the layer was fitted
   */
  record Result(EpochResult epoch, Kept kept, String summary) {}

  /**
   * Fits the layer.
   *
   * @param fit fits a layer to examples
   * @param start the time of the start, from {@link System#nanoTime}
   */
  Result fit(Function<ProbeExamples, LinearProbe.Layer> fit, long start) {
    LinearProbe.Layer layer = fit.apply(examples());
    Weights weights = weights(layer);
    learner.network().restore(weights);
    CrossEntropy loss = CrossEntropy.crossEntropy();
    double[] sums = new double[2];
    forEachBatch(
        sources.train(),
        job.data().trainTargets(),
        (outputs, targets) -> {
          float[][] gradients = new float[outputs.length][job.data().outputs().size()];
          sums[0] += loss.compute(outputs, targets, gradients) * outputs.length;
          for (int i = 0; i < outputs.length; i++) {
            sums[1] += job.data().task().score(outputs[i], targets, i);
          }
        });
    Validation validation = new Validation(job.data().task(), job.options().metrics());
    forEachBatch(sources.valid(), job.data().validTargets(), validation::add);
    Task.Result valid = validation.result();
    double seconds = Trainer.secondsSince(start);
    int images = sources.train().size();
    EpochResult epoch =
        new EpochResult(
            1,
            sums[0] / images,
            sums[1] / images,
            valid.loss(),
            valid.score(),
            seconds,
            images / seconds,
            0,
            validation.metrics());
    return new Result(epoch, new Kept(weights, valid.fitted()), layer.summary());
  }

  private ProbeExamples examples() {
    int images = sources.train().size();
    Targets targets = job.data().trainTargets();
    float[][] features = new float[images][];
    try (Examples.Cursor cursor =
        sources.train().open(IntStream.range(0, images).toArray(), 0, 0)) {
      for (int i = 0; i < images; i++) {
        FloatBuffer values = cursor.next()[0].duplicate();
        features[i] = new float[values.remaining()];
        values.get(features[i]);
      }
    }
    return new ProbeExamples(
        features,
        IntStream.range(0, images).map(targets::label).toArray(),
        IntStream.range(0, images).mapToDouble(targets::weight).toArray(),
        IntStream.range(0, images).mapToObj(job.train()::name).toList(),
        job.data().outputs().size());
  }

  private Weights weights(LinearProbe.Layer layer) {
    Table<String, ParameterRole, Tensor> tensors = HashBasedTable.create();
    for (ParameterSpec spec : last.parameters()) {
      float[] values =
          spec.role() == ParameterRole.BIAS
              ? Floats.toArray(Doubles.asList(layer.model().bias()))
              : kernel(layer.model().weights());
      tensors.put(last.name(), spec.role(), Tensor.of(spec.shape(), values));
    }
    return Weights.of(tensors);
  }

  /** Returns weights by class and then by feature as a kernel, by feature and then by class. */
  private static float[] kernel(double[][] weights) {
    int classes = weights.length;
    float[] kernel = new float[classes * weights[0].length];
    for (int i = 0; i < kernel.length; i++) {
      kernel[i] = (float) weights[i % classes][i / classes];
    }
    return kernel;
  }

  /** Receives the outputs of a batch. */
  private interface Use {
    void with(float[][] outputs, Targets targets);
  }

  private void forEachBatch(Examples examples, Targets targets, Use use) {
    int[] order = IntStream.range(0, examples.size()).toArray();
    int size = job.options().batch();
    try (Examples.Cursor cursor = examples.open(order, 0, 0)) {
      for (int from = 0; from < order.length; from += size) {
        int to = Math.min(order.length, from + size);
        Batch batch = cursor.batch(to - from);
        use.with(
            learner.network().logits(batch), targets.select(Arrays.copyOfRange(order, from, to)));
      }
    }
  }

  /** Returns the names of all layers but the last: those that the probe does not change. */
  static List<String> before(TrainingJob job) {
    String last = job.graph().outputs().get(0);
    return job.graph().names().stream().filter(name -> !name.equals(last)).toList();
  }
}
