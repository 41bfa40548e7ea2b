package dev.finetune.benchmarks;

import dev.finetune.FineTunePlan;
import dev.finetune.ImageClassifier;
import dev.finetune.datasets.DrawnSigns;
import dev.finetune.dl4j.Dl4jModels;
import dev.finetune.image.Pixels;
import dev.finetune.weights.RandomWeights;
import dev.finetune.weights.Weights;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * Classification of so many images together, resizing included: the time of one is the latency, the
 * number over the time the throughput. The first is the warm-up cost. Beside it the same network in
 * Deeplearning4j, which is given tensors that are ready.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5)
@Measurement(iterations = 15)
@Fork(
    value = 1,
    jvmArgsAppend = {"-Xmx3g", "-Dorg.bytedeco.javacpp.maxbytes=12g"})
public class InferenceBenchmark {

  /** Who computes. */
  public enum Contender {
    /** This library. */
    FINETUNE,
    /** The graph that it hands out. */
    DL4J
  }

  @Param({"VGG16_FREEZE_ALL", "SQUEEZENET_FREEZE_NONE"})
  public Task task;

  @Param({"1", "8", "32"})
  public int images;

  @Param public Contender contender;

  private final Stopwatch stopwatch = new Stopwatch();
  private Runnable classify;
  private double operations;

  /** Builds the network. */
  @Setup(Level.Trial)
  public void build() {
    FineTunePlan plan = task.plan();
    operations =
        images * plan.network().nodes().stream().mapToDouble(n -> Task.operations(n)).sum();
    Weights weights = RandomWeights.glorot(plan.network(), 1);
    if (contender == Contender.FINETUNE) {
      List<Pixels> pictures = new ArrayList<>();
      DrawnSigns signs = DrawnSigns.of(DrawnSigns.Task.SIGNS, 40, 64, 1);
      for (int i = 0; i < images; i++) {
        pictures.add(signs.load(i));
      }
      ImageClassifier classifier =
          ImageClassifier.of(
              plan.backbone().input(),
              IntStream.range(0, Task.CLASSES).mapToObj(String::valueOf).toList(),
              plan.network(),
              weights);
      classify = () -> classifier.classify(pictures);
    } else {
      ComputationGraph graph = Dl4jModels.graph(plan.network(), weights);
      INDArray batch =
          Nd4j.createFromArray(RandomData.images(images))
              .reshape('c', images, 3, Task.SIDE, Task.SIDE);
      classify = () -> graph.output(false, batch);
    }
  }

  /** Classifies. */
  @Benchmark
  public void classify() {
    stopwatch.run(classify);
  }

  /** Writes down what was measured. */
  @TearDown(Level.Trial)
  public void write(BenchmarkParams params) throws IOException {
    double first = stopwatch.measured(0).get(0);
    Measured measured =
        new Measured(
            "classify " + images + " images, " + task.backbone(),
            contender.name(),
            stopwatch.measured(params.getWarmup().getCount()),
            operations,
            Measured.peakResident(),
            String.format(Locale.ROOT, "the first took %.3f s", first));
    measured.write();
  }
}
