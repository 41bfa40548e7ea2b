package dev.finetune.benchmarks;

import static dev.finetune.head.HeadLayers.dense;
import static dev.finetune.head.HeadLayers.dropout;

import dev.finetune.FineTune;
import dev.finetune.data.ImageDataset;
import dev.finetune.datasets.DrawnSigns;
import dev.finetune.datasets.DrawnSigns.Task;
import dev.finetune.datasets.Gtsrb;
import dev.finetune.datasets.Splits;
import dev.finetune.engine.EngineOptions;
import dev.finetune.freeze.Freeze;
import dev.finetune.train.TrainOptions;
import dev.finetune.zoo.Zoo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A benchmark of an epoch of a few steps of 32 images, through the public API. Prints the time of
 * the stem and of each step, and the peak resident memory of the process.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {"-Xmx6g", "-Dorg.bytedeco.javacpp.maxbytes=16g"})
public class TrainingEpochBenchmark {

  private static final int BATCH = 32;

  /** The name of the backbone in the zoo; its weights are random. */
  @Param("vgg16")
  public String backbone;

  /** The number of trainable layers. */
  @Param("8")
  public int trainable;

  /** The engine that computes. */
  @Param({"onednn", "dl4j"})
  public String engine;

  /** The number of steps. */
  @Param("3")
  public int steps;

  /** The directory with gtsrb/; if empty, signs are drawn. */
  @Param("")
  public String data;

  private ImageDataset train;
  private ImageDataset valid;

  /** Reads or draws the images. */
  @Setup
  public void readImages() throws IOException {
    Path root = Path.of(data, "gtsrb");
    ImageDataset all =
        !data.isEmpty() && Files.isDirectory(root)
            ? Gtsrb.read(root, 1).train()
            : DrawnSigns.of(Task.SIGNS, 40, 64, 1);
    // Every class must have training images, so there may be a few steps more.
    int classes = all.classNames().size();
    train = Splits.perClass(all, name -> name, (BATCH * steps + classes - 1) / classes, 1);
    valid = all.sample(1, 2);
  }

  /** Trains one epoch. */
  @Benchmark
  public Object epoch() {
    Timer timer = new Timer();
    var model =
        FineTune.from(Zoo.byName(backbone).randomWeights(1))
            .freeze(Freeze.allBut(trainable))
            .head(dense(128), dropout(0.6))
            .engine(EngineOptions.defaults().engine(engine))
            .train(train, valid, TrainOptions.defaults().epochs(1).batch(BATCH).observer(timer));
    System.out.printf(
        Locale.ROOT,
        "%s, last %d layers trainable, %s: stem %.2f s for %d images, seconds of each step %s%n",
        backbone,
        trainable,
        engine,
        model.history().stemSeconds(),
        train.size() + valid.size(),
        timer.steps());
    return model;
  }

  /** Prints the peak resident memory. */
  @TearDown
  public void printPeakMemory() throws IOException {
    System.out.printf("peak resident memory %d MB%n", Measured.peakResident() / 1_000_000);
  }
}
