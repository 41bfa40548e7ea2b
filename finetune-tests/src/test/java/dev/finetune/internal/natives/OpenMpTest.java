package dev.finetune.internal.natives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.finetune.engine.Batch;
import dev.finetune.engine.EngineOptions;
import dev.finetune.engine.InferenceNetwork;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.Input;
import dev.finetune.graph.layer.Padding;
import dev.finetune.graph.layer.Shape;
import dev.finetune.internal.dl4j.Backend;
import dev.finetune.internal.network.Networks;
import dev.finetune.testing.Goldens;
import dev.finetune.weights.RandomWeights;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs separate processes, because OpenMP reads its environment once, when it is loaded. */
@EnabledOnOs(OS.LINUX)
class OpenMpTest {

  /**
   * The program of the processes: a small network on a thread whose name OpenMP's threads inherit.
   */
  public static final class Compute {
    private Compute() {}

    /** Runs with the number of threads in the argument, or the default. */
    public static void main(String[] args) throws InterruptedException {
      Backend.require();
      EngineOptions options =
          args.length == 0
              ? EngineOptions.defaults()
              : EngineOptions.defaults().threads(Integer.parseInt(args[0]));
      Thread thread = new Thread(() -> compute(options), "computing");
      thread.start();
      thread.join();
      System.out.println("GOMP_SPINCOUNT in C: " + CLibrary.getenv("GOMP_SPINCOUNT"));
      System.out.println("GOMP_SPINCOUNT in Java: " + System.getenv("GOMP_SPINCOUNT"));
      System.out.println("copies of the library: " + copies());
    }

    private static void compute(EngineOptions options) {
      int before = Gomp.omp_get_max_threads();
      LayerGraph graph =
          LayerGraph.builder()
              .add("in", new Input(Shape.image(16, 32, 32)))
              .then("conv", new Conv2d(64, 3, 1, Padding.SAME, true, Activation.RELU))
              .build();
      Batch batch = Batch.of(List.<float[][]>of(new float[][] {Goldens.wave(16 * 32 * 32, 0.3)}));
      try (InferenceNetwork network =
          Networks.inference(graph, RandomWeights.glorot(graph, 1), options)) {
        network.outputs(batch);
      }
      System.out.println("threads: " + named("computing"));
      System.out.println("restored: " + (Gomp.omp_get_max_threads() == before));
    }

    private static long named(String name) {
      try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
        return threads.filter(thread -> read(thread.resolve("comm")).strip().equals(name)).count();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static long copies() {
      return read(Path.of("/proc/self/maps"))
          .lines()
          .filter(line -> line.contains("libgomp"))
          .map(line -> line.substring(line.indexOf('/')))
          .distinct()
          .count();
    }

    private static String read(Path file) {
      try {
        return Files.readString(file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Test
  void should_limit_spinning_before_the_library_is_loaded() throws Exception {
    String output = run(Map.of("OMP_DISPLAY_ENV", "verbose"), List.of(), List.of());

    assertThat(output).contains("GOMP_SPINCOUNT in C: " + OpenMp.SPINS);
    // The library reports the value that it uses.
    assertThat(output).contains("GOMP_SPINCOUNT = '" + OpenMp.SPINS + "'");
    // Child processes inherit Java's environment, which does not change.
    assertThat(output).contains("GOMP_SPINCOUNT in Java: null");
    assertThat(output).contains("copies of the library: 1\n");
  }

  @ParameterizedTest
  @CsvSource({"OMP_WAIT_POLICY,active,null", "OMP_WAIT_POLICY,PASSIVE,null", "GOMP_SPINCOUNT,7,7"})
  void should_not_override_the_users_environment(String name, String value, String spins)
      throws Exception {
    String output = run(Map.of(name, value), List.of(), List.of());

    assertThat(output).contains("GOMP_SPINCOUNT in C: " + spins + "\n");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void should_compute_with_the_given_number_of_threads(int threads) throws Exception {
    String output = run(Map.of(), List.of(), List.of(), String.valueOf(threads));

    assertThat(output).contains("threads: " + threads + "\n").contains("restored: true");
  }

  @Test
  void should_compute_with_omp_num_threads_by_default() throws Exception {
    assertThat(run(Map.of("OMP_NUM_THREADS", "3"), List.of(), List.of())).contains("threads: 3\n");
  }

  @Test
  void should_compute_with_a_thread_per_processor_without_omp_num_threads() throws Exception {
    assertThat(run(Map.of(), List.of(), List.of("-XX:ActiveProcessorCount=1")))
        .contains("threads: 1\n");
    assertThat(run(Map.of(), List.of(), List.of("-XX:ActiveProcessorCount=3")))
        .contains("threads: 3\n");
  }

  @Test
  void should_respect_cpu_affinity() throws Exception {
    Path taskset = Path.of("/usr/bin/taskset");
    assumeTrue(Files.isExecutable(taskset), "taskset is not installed");

    assertThat(run(Map.of(), List.of(taskset.toString(), "-c", "0"), List.of()))
        .contains("threads: 1\n");
  }

  private static String run(
      Map<String, String> environment, List<String> wrapper, List<String> options, String... args)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(wrapper);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx512m", "-cp", System.getProperty("java.class.path")));
    command.addAll(options);
    command.add(Compute.class.getName());
    command.addAll(Arrays.asList(args));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.matches("(G?OMP|ONEDNN|DNNL)_.*"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}
