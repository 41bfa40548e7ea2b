package dev.finetune.benchmarks;

import dev.finetune.FineTune;
import dev.finetune.data.ImageDataset;
import dev.finetune.datasets.DrawnSigns;
import dev.finetune.datasets.DrawnSigns.Task;
import dev.finetune.train.FeatureCache;
import dev.finetune.train.TrainOptions;
import dev.finetune.zoo.Zoo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
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

/** A benchmark of the stem's share of a training: with its outputs computed, and read from disk. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 5)
@Fork(
    value = 1,
    jvmArgsAppend = {"-Xmx3g", "-Dorg.bytedeco.javacpp.maxbytes=8g"})
public class FeatureCacheBenchmark {

  private static final int IMAGES = 96;

  /** The content of the feature cache before a training. */
  public enum Folder {
    /** Nothing. */
    MISS,
    /** All features, as float32. */
    HIT,
    /** All features, as float16. */
    HIT_FLOAT16
  }

  @Param public Folder folder;

  @Param({"vgg16", "squeezenet"})
  public String backbone;

  private final Stopwatch stopwatch = new Stopwatch();
  private Path directory;
  private ImageDataset train;
  private ImageDataset valid;

  /** Draws the images and fills the cache. */
  @Setup(Level.Trial)
  public void fill() throws IOException {
    directory = Files.createTempDirectory("finetune-features");
    ImageDataset all = DrawnSigns.of(Task.SIGNS, 40, 64, 1);
    train = all.sample(IMAGES, 1);
    valid = all.sample(1, 2);
    if (folder != Folder.MISS) {
      stem();
    }
  }

  /** Empties the cache before each training that must not find its features. */
  @Setup(Level.Invocation)
  public void empty() throws IOException {
    if (folder == Folder.MISS) {
      clear();
      Files.createDirectories(directory);
    }
  }

  /** Trains and measures the stem's share. */
  @Benchmark
  public double stem() {
    FeatureCache cache = FeatureCache.at(directory);
    double[] seconds = new double[1];
    stopwatch.run(
        () ->
            seconds[0] =
                FineTune.from(Zoo.byName(backbone).randomWeights(1))
                    .freezeAllBut(8)
                    .train(
                        train,
                        valid,
                        TrainOptions.defaults()
                            .epochs(1)
                            .cache(folder == Folder.HIT_FLOAT16 ? cache.float16() : cache))
                    .history()
                    .stemSeconds());
    stopwatch.replaceLast(seconds[0]);
    return seconds[0];
  }

  /** Reports the results, with the size of the cache in MB. */
  @TearDown(Level.Trial)
  public void write(BenchmarkParams params) throws IOException {
    new Measured(
            "stem of " + backbone + " for " + IMAGES + " images",
            folder.name(),
            stopwatch.measured(params.getWarmup().getCount() + (folder == Folder.MISS ? 0 : 1)),
            0,
            Measured.peakResident(),
            size() / 1_000_000 + " MB in the folder")
        .write();
    clear();
  }

  private long size() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.mapToLong(f -> f.toFile().length()).sum();
    }
  }

  private void clear() throws IOException {
    List<Path> all;
    try (Stream<Path> files = Files.walk(directory)) {
      all = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : all) {
      Files.delete(file);
    }
  }
}
