package dev.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finetune.testing.RandomBackbones;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Runs a real process whose class path has no ND4J backend. */
class MissingBackendTest {

  /** What the process runs. */
  public static final class Describe {
    private Describe() {}

    public static void main(String[] args) {
      try {
        FineTune.from(RandomBackbones.backbone(2, 1)).classes(2).plan().describe();
      } catch (IllegalStateException e) {
        System.out.println("refused: " + e.getMessage());
      }
    }
  }

  @Test
  void should_name_the_dependency_to_add() throws IOException, InterruptedException {
    String classPath =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !entry.contains("nd4j-native-1"))
            .collect(Collectors.joining(File.pathSeparator));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classPath,
                Describe.class.getName())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).contains("refused: ", "org.nd4j:nd4j-native");
  }
}
