package dev.finetune.benchmarks;

import dev.finetune.engine.Batch;
import dev.finetune.engine.EngineOptions;
import dev.finetune.engine.Engines;
import dev.finetune.engine.NormPolicy;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.Dense;
import dev.finetune.graph.layer.GlobalAveragePool;
import dev.finetune.graph.layer.Input;
import dev.finetune.graph.layer.Padding;
import dev.finetune.graph.layer.Shape;
import dev.finetune.internal.network.Networks;
import dev.finetune.internal.training.Learner;
import dev.finetune.loss.CrossEntropy;
import dev.finetune.loss.Targets;
import dev.finetune.train.Adam;
import dev.finetune.weights.RandomWeights;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
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
 * A benchmark of single convolutions by shape. Forward: a network of that layer alone. Forward and
 * backward: a training step of the layer after a cheap 1 x 1 convolution, so that all three
 * products are computed. A layer alone has its input and output reordered, which is not needed
 * inside a network.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 2)
@Measurement(iterations = 5)
@Fork(
    value = 1,
    jvmArgsAppend = {
      "-Xmx3g",
      "-Dorg.bytedeco.javacpp.maxbytes=16g",
      "-Dorg.bytedeco.javacpp.maxphysicalbytes=22g"
    })
public class ConvolutionBenchmark {

  /** The implementations that are compared. */
  public enum Contender {
    /** This library. */
    FINETUNE,
    /** Deeplearning4j's layers. */
    DL4J,
    /** A single primitive of oneDNN. */
    FLOOR,
    /** A matrix product with the same number of operations. */
    MATMUL
  }

  /** The products that are computed. */
  public enum Pass {
    /** The output. */
    FORWARD,
    /** The output and both gradients. */
    FORWARD_AND_BACKWARD
  }

  /** Input channels x filters x image side x window side, of VGG16 and then of SqueezeNet. */
  @Param({
    "64x64x224x3", "128x128x112x3", "256x256x56x3", "512x512x28x3", "512x512x14x3",
    "64x16x55x1", "16x64x55x3", "32x128x27x3", "64x256x13x3", "64x256x13x1"
  })
  public String shape;

  @Param({"8"})
  public int batch;

  @Param public Pass pass;

  @Param public Contender contender;

  private final Stopwatch stopwatch = new Stopwatch();
  private Runnable task;
  private double operations;

  /** Builds the contender. */
  @Setup(Level.Trial)
  public void build() {
    String[] numbers = shape.split("x", -1);
    int channels = Integer.parseInt(numbers[0]);
    int side = Integer.parseInt(numbers[2]);
    Conv2d conv =
        new Conv2d(
            Integer.parseInt(numbers[1]),
            Integer.parseInt(numbers[3]),
            1,
            Padding.SAME,
            true,
            Activation.RELU);
    int passes = pass == Pass.FORWARD ? 1 : 3;
    operations =
        2.0
            * passes
            * batch
            * side
            * side
            * channels
            * conv.filters()
            * conv.kernelHeight()
            * conv.kernelHeight();
    Shape in = Shape.image(channels, side, side);
    task =
        switch (contender) {
          case FINETUNE -> network(conv, in, EngineOptions.defaults());
          case DL4J -> network(conv, in, EngineOptions.defaults().engine("dl4j"));
          case FLOOR -> bare(conv, in);
          case MATMUL -> matrixProducts(conv, in, passes);
        };
  }

  private Runnable network(Conv2d conv, Shape in, EngineOptions options) {
    if (pass == Pass.FORWARD) {
      LayerGraph graph = LayerGraph.builder().add("in", new Input(in)).then("conv", conv).build();
      var network = Networks.inference(graph, RandomWeights.glorot(graph, 1), options);
      Batch examples = Batch.of(RandomData.examples(batch, List.of(in)));
      return () -> network.outputs(examples);
    }
    Shape few = Shape.image(1, in.height(), in.width());
    LayerGraph graph =
        LayerGraph.builder()
            .add("in", new Input(few))
            .then("first", new Conv2d(in.channels(), 1, 1, Padding.SAME, false, Activation.LINEAR))
            .then("conv", conv)
            .then("pool", new GlobalAveragePool())
            .then("logits", new Dense(Task.CLASSES, Activation.LINEAR))
            .build();
    Learner learner =
        Learner.of(
            graph,
            Set.of(),
            RandomWeights.glorot(graph, 1),
            NormPolicy.ownMomentum(),
            options,
            CrossEntropy.crossEntropy(),
            Adam.adam(1e-4));
    Batch examples = Batch.of(RandomData.examples(batch, List.of(few)));
    Targets labels = Targets.classes(RandomData.labels(batch));
    return () -> learner.step(examples, labels, 1);
  }

  private Runnable bare(Conv2d conv, Shape in) {
    Shape out = Shape.image(conv.filters(), in.height(), in.width());
    List<BarePrimitive> all =
        (pass == Pass.FORWARD
                ? List.of(BarePrimitive.Pass.FORWARD)
                : List.of(BarePrimitive.Pass.values()))
            .stream().map(p -> BarePrimitive.convolution(conv, in, out, batch, p)).toList();
    return () -> all.forEach(BarePrimitive::run);
  }

  private Runnable matrixProducts(Conv2d conv, Shape in, int passes) {
    // As with im2col: the windows of all pixels by the kernel, one image at a time.
    BarePrimitive product =
        BarePrimitive.matrixProduct(
            conv.filters(),
            (long) in.channels() * conv.kernelHeight() * conv.kernelHeight(),
            (long) in.height() * in.width());
    return () -> {
      for (int i = 0; i < batch * passes; i++) {
        product.run();
      }
    };
  }

  /** Computes the convolution. */
  @Benchmark
  public void run() {
    stopwatch.run(task);
  }

  /** Reports the results. */
  @TearDown(Level.Trial)
  public void write(BenchmarkParams params) throws IOException {
    new Measured(
            "convolution " + shape + ", batch " + batch + ", " + pass,
            contender.name(),
            stopwatch.measured(params.getWarmup().getCount()),
            operations,
            Measured.peakResident(),
            contender == Contender.DL4J
                ? "Deeplearning4j"
                : contender == Contender.FINETUNE
                    ? Engines.find(EngineOptions.defaults()).describe()
                    : "oneDNN")
        .write();
  }
}
