package dev.finetune.benchmarks;

import dev.finetune.FineTune;
import dev.finetune.data.ImageDataset;
import dev.finetune.datasets.DrawnSigns;
import dev.finetune.train.EpochResult;
import dev.finetune.train.MemoryEstimate;
import dev.finetune.train.TrainOptions;
import dev.finetune.train.TrainingObserver;
import dev.finetune.zoo.Zoo;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.Pointer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A measurement of memory during training. Prints the estimate made before it and, after each
 * epoch, the heap in use after a collection, JavaCPP's native memory and the resident memory of the
 * process.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {"-Xmx3g", "-Dorg.bytedeco.javacpp.maxbytes=16g"})
public class MemoryBenchmark {

  @Param({"squeezenet"})
  public String backbone;

  /** The number of trainable layers of the backbone. */
  @Param({"62"})
  public int trainable;

  @Param({"64"})
  public int side;

  @Param({"100"})
  public int epochs;

  @Param({"32"})
  public int batch;

  /** Trains and prints the memory of each epoch. */
  @Benchmark
  public Object train() throws IOException {
    ImageDataset signs = DrawnSigns.of(DrawnSigns.Task.SIGNS, 16, 64, 1);
    Object model =
        FineTune.from(Zoo.byName(backbone).inputSize(side).randomWeights(1))
            .freezeAllBut(trainable)
            .train(
                signs.sample(2 * batch, 1),
                signs.sample(batch, 2),
                TrainOptions.defaults().epochs(epochs).batch(batch).observer(new Curve()));
    System.out.printf(Locale.ROOT, "peak resident %d MB%n", Measured.peakResident() / 1_000_000);
    return model;
  }

  private static final class Curve implements TrainingObserver {
    @Override
    public void memoryEstimated(MemoryEstimate estimate) {
      System.out.printf(
          Locale.ROOT,
          "%nestimated: %s, process %d MB%nepoch,heap_mb,native_mb,resident_mb,wait_s,seconds%n",
          estimate,
          estimate.processBytes() / 1_000_000);
    }

    @Override
    public void epochEnded(EpochResult result) {
      System.gc();
      Runtime runtime = Runtime.getRuntime();
      System.out.printf(
          Locale.ROOT,
          "%d,%d,%d,%d,%.3f,%.3f%n",
          result.epoch(),
          (runtime.totalMemory() - runtime.freeMemory()) / 1_000_000,
          Pointer.totalBytes() / 1_000_000,
          Pointer.physicalBytes() / 1_000_000,
          result.waitSeconds(),
          result.seconds());
    }
  }
}
