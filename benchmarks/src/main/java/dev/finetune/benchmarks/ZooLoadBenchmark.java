package dev.finetune.benchmarks;

import dev.finetune.ImageClassifier;
import dev.finetune.datasets.DrawnSigns;
import dev.finetune.image.Pixels;
import dev.finetune.zoo.Zoo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A benchmark of the time from a weight file to the first image classified, in a new JVM. Needs a
 * directory of weight files, NAME.h5 or NAME.pth, such as {@code
 * finetune-zoo/src/test/python/make_zoo_goldens.py DIR} writes.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {"-Xmx4g", "-Dorg.bytedeco.javacpp.maxbytes=8g"})
public class ZooLoadBenchmark {

  private static final int IMAGES = 21;

  /** The name of the weight file. */
  @Param({
    "vgg16.h5",
    "vgg19.h5",
    "resnet50.h5",
    "resnet50v2.h5",
    "mobilenet.h5",
    "mobilenetv2.h5",
    "densenet121.h5",
    "inceptionv3.h5",
    "xception.h5",
    "efficientnetb0.h5",
    "efficientnetb1.h5",
    "efficientnetb2.h5",
    "efficientnetb3.h5",
    "squeezenet.h5",
    "squeezenet1_0.pth",
    "convnexttiny.h5",
    "resnet18.pth",
    "resnet34.pth",
    "mobilenetv3.pth"
  })
  public String file;

  /** The directory of the weight files. */
  @Param("")
  public String files;

  private final Stopwatch loading = new Stopwatch();
  private final List<Double> latencies = new ArrayList<>();
  private long bytes;

  /** Loads the classifier and classifies images. */
  @Benchmark
  public void load() throws IOException {
    Path path = Path.of(files, file);
    if (!Files.exists(path)) {
      throw new IllegalStateException(
          "-p files=DIR must name a directory of weight files, and " + path + " does not exist");
    }
    bytes = Files.size(path);
    String name = file.replaceFirst("\\.[a-z0-9]+$", "");
    Pixels image = DrawnSigns.of(DrawnSigns.Task.SIGNS, 1, 64, 1).load(0);
    List<ImageClassifier> loaded = new ArrayList<>();
    loading.run(
        () -> {
          loaded.add(Zoo.byName(name).weights(path).classifier());
          loaded.get(0).classify(image);
        });
    Stopwatch each = new Stopwatch();
    for (int i = 0; i < IMAGES; i++) {
      each.run(() -> loaded.get(0).classify(image));
    }
    latencies.addAll(each.measured(IMAGES / 2));
  }

  /** Reports the results. */
  @TearDown
  public void write() throws IOException {
    String engine = String.format(Locale.ROOT, "%.1f MB file", bytes / 1e6);
    new Measured(
            "load and classify one image, " + file,
            "FINETUNE",
            loading.measured(0),
            0,
            Measured.peakResident(),
            engine)
        .write();
    new Measured("one image, " + file, "FINETUNE", latencies, 0, Measured.peakResident(), engine)
        .write();
  }
}
