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
 * A training step with everything trainable beside other processes and on one core, and
 * classification by many threads; in JVMs of their own, as OpenMP reads its environment once.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
@Fork(value = 1)
public class ContentionBenchmark {

  /** How OpenMP's threads wait for each other. */
  public enum Waiting {
    /** As this library sets it, or the environment of the benchmark. */
    FINETUNE(Map.of()),
    /** As OpenMP's library does if nothing is said. */
    LIBRARY(Map.of("GOMP_SPINCOUNT", "300000")),
    /** Asleep at once. */
    PASSIVE(Map.of("GOMP_SPINCOUNT", "0"));

    private final Map<String, String> environment;

    Waiting(Map<String, String> environment) {
      this.environment = environment;
    }
  }

  @Param({"squeezenet"})
  public String backbone;

  @Param({"32"})
  public int batch;

  @Param({"FINETUNE", "LIBRARY"})
  public Waiting waiting;

  private final Map<String, List<Double>> seconds = new LinkedHashMap<>();

  /** Runs all of it. */
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
    builder.environment().putAll(waiting.environment);
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
        throw new IllegalStateException("The process failed: " + process.exitValue());
      }
    } finally {
      process.destroy(); // which ends its busy processes too
    }
  }

  /** Writes down what was measured, and how many times as long as alone it took. */
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
