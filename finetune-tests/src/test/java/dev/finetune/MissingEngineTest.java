package dev.finetune;

import static dev.finetune.head.HeadLayers.globalAveragePooling;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finetune.engine.EngineException;
import dev.finetune.testing.RandomBackbones;
import dev.finetune.weights.RandomWeights;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that lack some of the dependencies. */
class MissingEngineTest {

  /** The program of the processes; its argument, if there is one, is the name of the engine. */
  public static final class Describe {
    private Describe() {}

    public static void main(String[] args) {
      FineTune tuning = FineTune.from(RandomBackbones.backbone(2, 1)).head(globalAveragePooling());
      FineTunePlan plan = (args.length == 0 ? tuning : tuning.engine(args[0])).classes(2).plan();
      System.out.println(plan.describe());
      try (ImageClassifier classifier =
          ImageClassifier.of(
              plan.backbone().input(),
              List.of("a", "b"),
              plan.graph(),
              RandomWeights.glorot(plan.graph(), 1),
              plan.engine())) {
        System.out.println("made " + classifier.classNames());
      } catch (EngineException e) {
        System.out.println("refused: " + e.getMessage());
      }
    }
  }

  private static String run(String without, String... args)
      throws IOException, InterruptedException {
    return run(List.of(), without, args);
  }

  private static String run(List<String> options, String without, String... args)
      throws IOException, InterruptedException {
    String classPath =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !entry.replace(File.separatorChar, '/').matches(without))
            .collect(Collectors.joining(File.pathSeparator));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("-cp", classPath, Describe.class.getName()));
    command.addAll(List.of(args));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  @Test
  void should_name_the_dependency_to_add_where_there_is_no_engine()
      throws IOException, InterruptedException {
    assertThat(run(".*/finetune-(onednn|dl4j)[-/].*"))
        .contains("engine: none. The class path must have")
        .contains(
            "refused: The class path must have an engine that can compute on this machine, got"
                + " none."
                + " Add the dependency dev.finetune:finetune-onednn or"
                + " dev.finetune:finetune-dl4j with an ND4J backend");
  }

  @Test
  void should_name_the_dependency_to_add_for_a_requested_engine()
      throws IOException, InterruptedException {
    assertThat(run(".*/finetune-dl4j[-/].*", "dl4j"))
        .contains(
            "refused: engine must be one of the engines on the class path, [onednn], got dl4j."
                + " Add the dependency dev.finetune:finetune-dl4j");
    assertThat(run("none", "abacus"))
        .contains(
            "refused: engine must be one of the engines on the class path, [dl4j, onednn], got"
                + " abacus");
  }

  @Test
  void should_name_the_backend_to_add() throws IOException, InterruptedException {
    assertThat(run(".*/nd4j-native-1[^/]*", "dl4j"))
        .contains(
            "refused: The engine must be able to compute on this machine; dl4j cannot: ",
            "org.nd4j:nd4j-native");
  }

  /** A folder below a file cannot be created, by whichever user. */
  @Test
  void should_name_the_folders_where_native_libraries_cannot_be_unpacked(@TempDir Path folder)
      throws IOException, InterruptedException {
    Path file = Files.createFile(folder.resolve("file"));
    List<String> nowhere = List.of("-Djava.io.tmpdir=" + file, "-Duser.home=" + file);

    for (String engine : List.of("onednn", "dl4j")) {
      assertThat(run(nowhere, "none", engine))
          .contains("They must be unpacked into a folder where this user can create files")
          .contains(file.resolve(".javacpp/cache").toString())
          .contains("the system property org.bytedeco.javacpp.cachedir")
          .doesNotContain("Add the dependency");
    }
  }

  @Test
  void should_need_only_one_engine() throws IOException, InterruptedException {
    assertThat(run(".*/(finetune-dl4j[-/]|deeplearning4j|nd4j).*"))
        .contains("engine: onednn, ", "made [a, b]");
    assertThat(run(".*/(finetune-onednn[-/]|dnnl-|opencl-).*"))
        .contains("engine: dl4j, ", "made [a, b]");
  }
}
