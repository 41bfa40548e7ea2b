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
 * A benchmark of classification, resizing included: the time of one image is the latency, the
 * number of images divided by their time the throughput, and the first call shows the cost of
 * warming up. For comparison the same network in Deeplearning4j, on prepared tensors.
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

  /** The libraries that are compared. */
  public enum Contender {
    /** This library. */
    FINETUNE,
    /** Deeplearning4j, with the exported graph. */
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
    operations = images * plan.graph().nodes().stream().mapToDouble(n -> Task.operations(n)).sum();
    Weights weights = RandomWeights.glorot(plan.graph(), 1);
    if (contender == Contender.FINETUNE) {
      List<Pixels> pictures = new ArrayList<>();
      DrawnSigns signs = DrawnSigns.of(DrawnSigns.Task.SIGNS, 40, 64, 1);
      for (int i = 0; i < images; i++) {
        pictures.add(signs.load(i));
      }
      ImageClassifier classifier = Task.classifier(plan, weights);
      classify = () -> classifier.classify(pictures);
    } else {
      ComputationGraph graph = Dl4jModels.graph(plan.graph(), weights);
      INDArray batch =
          Nd4j.createFromArray(RandomData.images(images))
              .reshape('c', images, 3, Task.SIDE, Task.SIDE);
      classify = () -> graph.output(false, batch);
    }
  }

  /** Classifies the images. */
  @Benchmark
  public void classify() {
    stopwatch.run(classify);
  }

  /** Reports the results. */
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
