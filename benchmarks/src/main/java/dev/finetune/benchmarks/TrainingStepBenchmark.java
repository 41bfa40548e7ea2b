package dev.finetune.benchmarks;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
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
 * A benchmark of a training step in steady state: this library with the stem's features computed,
 * Deeplearning4j, DJL with PyTorch, and the floor. {@link TrainingEpochBenchmark} includes the
 * frozen stem, which is computed once per image.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 5)
@Fork(
    value = 1,
    jvmArgsAppend = {
      "-Xmx3g",
      "-Dorg.bytedeco.javacpp.maxbytes=16g",
      "-Dorg.bytedeco.javacpp.maxphysicalbytes=22g",
      "-Dai.djl.offline=true"
    })
public class TrainingStepBenchmark {

  /** The libraries that are compared, and the floor. */
  public enum Contender {
    FINETUNE,
    DL4J,
    DJL,
    FLOOR
  }

  @Param public Task task;

  @Param({"32", "8"})
  public int batch;

  @Param public Contender contender;

  private final Stopwatch stopwatch = new Stopwatch();
  private TrainingContender library;

  /** Builds the network. */
  @Setup(Level.Trial)
  public void build() {
    library =
        switch (contender) {
          case FINETUNE -> new FineTuneContender(task, batch);
          case DL4J -> new Dl4jContender(task, batch);
          case DJL -> djl();
          case FLOOR -> new FloorContender(task, batch);
        };
    warmUp();
  }

  /**
   * Trains for some seconds: short steps need more warm-up than JMH's before all code is compiled.
   */
  private void warmUp() {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(3);
    while (System.nanoTime() < end) {
      library.step();
    }
  }

  private TrainingContender djl() {
    try {
      return Class.forName("dev.finetune.benchmarks.DjlContender")
          .asSubclass(TrainingContender.class)
          .getDeclaredConstructor(Task.class, int.class)
          .newInstance(task, batch);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(
          "The contender DJL must be in the jar; build it with mvn -q -DskipTests -Pdjl package",
          e);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Trains one step: forward, backward, update. */
  @Benchmark
  public void step() {
    stopwatch.run(library::step);
  }

  /** Reports the results. */
  @TearDown(Level.Trial)
  public void write(BenchmarkParams params) throws IOException {
    new Measured(
            "training step, " + task + ", batch " + batch,
            contender.name(),
            stopwatch.measured(params.getWarmup().getCount()),
            task.operations() * batch,
            Measured.peakResident(),
            library.describe())
        .write();
    library.close();
  }
}
