package dev.finetune.benchmarks;

import dev.finetune.FineTune;
import dev.finetune.FineTunedModel;
import dev.finetune.data.ImageDataset;
import dev.finetune.datasets.DrawnSigns;
import dev.finetune.train.TrainOptions;
import dev.finetune.zoo.Zoo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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

/** A benchmark of the time from the start of a JVM to the first prediction of a saved model. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {"-Xmx3g", "-Dorg.bytedeco.javacpp.maxbytes=8g"})
public class StartupBenchmark {

  private static final int RUNS = 5;

  @Param({"squeezenet", "vgg16"})
  public String backbone;

  private final Stopwatch stopwatch = new Stopwatch();
  private Path model;

  /** The program of the new JVM. */
  public static final class FirstPrediction {
    private FirstPrediction() {}

    /** Loads the model in the file {@code args[0]} and classifies one image. */
    public static void main(String[] args) throws IOException {
      FineTunedModel loaded = FineTunedModel.load(Path.of(args[0]));
      loaded.classify(DrawnSigns.of(DrawnSigns.Task.SIGNS, 1, 64, 1).load(0));
    }
  }

  /** Trains and saves a model. */
  @Setup(Level.Trial)
  public void save() throws IOException {
    model = Files.createTempFile("finetune-model", ".zip");
    ImageDataset signs = DrawnSigns.of(DrawnSigns.Task.SIGNS, 1, 64, 1);
    FineTune.from(Zoo.byName(backbone).randomWeights(1))
        .freezeAll()
        .train(signs, signs, TrainOptions.defaults().epochs(1))
        .save(model);
  }

  /** Starts JVMs one after another. */
  @Benchmark
  public void start() {
    for (int i = 0; i < RUNS; i++) {
      stopwatch.run(this::process);
    }
  }

  private void process() {
    try {
      Process process =
          new ProcessBuilder(
                  List.of(
                      Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                      "-cp",
                      System.getProperty("java.class.path"),
                      FirstPrediction.class.getName(),
                      model.toString()))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (process.waitFor() != 0) {
        throw new IllegalStateException("The process must exit with 0, got " + process.exitValue());
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Reports the results. */
  @TearDown(Level.Trial)
  public void write() throws IOException {
    new Measured(
            "start a JVM, load, classify one image, " + backbone,
            "FINETUNE",
            stopwatch.measured(0),
            0,
            0,
            Files.size(model) / 1_000_000 + " MB model")
        .write();
    Files.delete(model);
  }
}
