package dev.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finetune.testing.RandomBackbones;
import dev.finetune.testing.SyntheticImages;
import dev.finetune.train.TrainOptions;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Runs a process without oneDNN's native library, as on a platform that lacks it. */
class MissingOneDnnTest {

  /** The program of the process: it trains twice, so that a second warning would be seen. */
  public static final class Train {
    private Train() {}

    public static void main(String[] args) {
      for (int i = 0; i < 2; i++) {
        FineTunedModel model =
            FineTune.from(RandomBackbones.backbone(2, 1))
                .freezeNone()
                .classes(2)
                .train(
                    new SyntheticImages(2, 4, 8, 1),
                    new SyntheticImages(2, 2, 8, 2),
                    TrainOptions.defaults().epochs(1));
        System.out.println("trained " + model.history().epochs().size());
      }
      System.out.println(
          FineTune.from(RandomBackbones.backbone(2, 1)).classes(2).plan().describe());
    }
  }

  @Test
  void should_warn_once_and_compute_with_deeplearning4j() throws IOException, InterruptedException {
    String classPath =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(
                entry ->
                    !entry.matches(".*dnnl-[^/\\\\]*-x86_64\\.jar|.*dnnl-[^/\\\\]*-arm64\\.jar"))
            .collect(Collectors.joining(File.pathSeparator));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-cp",
                classPath,
                Train.class.getName())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).as(output).isZero();
    assertThat(
            output
                .lines()
                .filter(l -> l.contains("Using the engine dl4j, which is about ten times slower")))
        .hasSize(1);
    assertThat(output.lines().filter(l -> l.equals("trained 1"))).hasSize(2);
    assertThat(output).contains("engine: dl4j, Deeplearning4j 1.0.0-M2.1, ND4J CPU");
  }
}
