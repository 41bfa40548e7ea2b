package dev.finetune.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A benchmark of a training step with the whole network trainable, next to busy processes and on
 * one core, and of classification by many threads. Each runs in a separate JVM, because OpenMP
 * reads its environment once.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
@Fork(value = 1)
public class ContentionBenchmark {

  /** The ways in which OpenMP's threads wait for each other. */
  public enum Waiting {
    /** As this library sets it, or the environment of the benchmark. */
    FINETUNE(""),
    /** As OpenMP's library does by default. */
    LIBRARY("300000"),
    /** Without spinning. */
    PASSIVE("0");

    private final String spins;

    Waiting(String spins) {
      this.spins = spins;
    }
  }

  @Param({"squeezenet"})
  public String backbone;

  @Param({"32"})
  public int batch;

  @Param({"FINETUNE", "LIBRARY"})
  public Waiting waiting;

  private final Map<String, List<Double>> seconds = new LinkedHashMap<>();

  /** Measures all situations. */
  @Benchmark
  public void run() throws IOException, InterruptedException {
    child(List.of(), "all");
    if (Files.isExecutable(Path.of("/usr/bin/taskset"))) {
      child(List.of("/usr/bin/taskset", "-c", "0"), "quiet");
    }
  }

  private void child(List<String> wrapper, String what) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(wrapper);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx3g",
            "-Dorg.bytedeco.javacpp.maxbytes=8g",
            "-cp",
            System.getProperty("java.class.path"),
            ContentionSituations.class.getName(),
            backbone,
            String.valueOf(batch),
            what));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
    if (!waiting.spins.isEmpty()) {
      builder.environment().put("GOMP_SPINCOUNT", waiting.spins);
    }
    Process process = builder.start();
    try {
      new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> line.startsWith(ContentionSituations.RESULT))
          .map(line -> line.split("\t", -1))
          .forEach(
              fields ->
                  seconds.put(
                      (wrapper.isEmpty() ? "" : "one core allowed, ") + fields[1],
                      Arrays.stream(fields[2].split(",", -1)).map(Double::valueOf).toList()));
      if (process.waitFor() != 0) {
        throw new IllegalStateException("The process must exit with 0, got " + process.exitValue());
      }
    } finally {
      process.destroy(); // its busy processes end with it
    }
  }

  /** Reports the results, and each as a multiple of the step without other processes. */
  @TearDown(Level.Trial)
  public void write() throws IOException {
    double quiet = 0;
    StringBuilder table = new StringBuilder();
    for (Map.Entry<String, List<Double>> situation : seconds.entrySet()) {
      Measured measured =
          new Measured(
              situation.getKey() + ", " + backbone + ", batch " + batch,
              waiting.name(),
              situation.getValue(),
              0,
              0,
              "waiting: " + waiting);
      measured.write();
      quiet = quiet == 0 ? measured.median() : quiet;
      table.append(
          String.format(
              Locale.ROOT,
              "%-32s %8.4f s, %.2f times the quiet step%n",
              situation.getKey(),
              measured.median(),
              measured.median() / quiet));
    }
    System.out.println("\nwaiting: " + waiting + "\n" + table);
  }
}
