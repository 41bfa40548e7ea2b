package dev.finetune.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes without the jars of Deeplearning4j. */
class MissingDl4jTest {

  private static final String DL4J = ".*/(finetune-dl4j[-/]|org/deeplearning4j/|org/nd4j/).*";

  @TempDir Path folder;

  private Call call(String without, String... args) throws IOException, InterruptedException {
    return Call.process(without, Map.of(), folder, args);
  }

  @Test
  void should_name_the_dependency_that_export_needs() throws IOException, InterruptedException {
    String model = TestFiles.savedModel(folder).toString();
    String out = folder.resolve("dl4j.zip").toString();

    Call all = call(DL4J, "export", model, "--to", "dl4j", out, "--json");
    Call backend = call(".*/nd4j-native-1[^/]*", "export", model, "--to", "dl4j", out);

    assertThat(all.exitCode()).isEqualTo(1);
    assertThat(all.out()).isEmpty();
    assertThat(all.err())
        .contains(
            "finetune-examples: The export to Deeplearning4j needs the dependency"
                + " dev.finetune:finetune-dl4j")
        .doesNotContain("\tat ");
    assertThat(backend.exitCode()).as(backend.err()).isEqualTo(1);
    assertThat(backend.err()).contains("org.nd4j:nd4j-native").doesNotContain("\tat ");
    assertThat(folder.resolve("dl4j.zip")).doesNotExist();
  }

  @Test
  void should_run_all_other_commands() throws IOException, InterruptedException {
    String model = TestFiles.savedModel(folder).toString();
    String image = TestFiles.image(folder).toString();

    Call version = call(DL4J, "--version");
    Call classified = call(DL4J, "classify", model, image, "--json");
    Call features =
        call(
            DL4J,
            "features",
            model,
            image,
            "--layer",
            "pool1",
            "--out",
            folder.resolve("x.npy").toString());
    Call engine = call(DL4J, "classify", model, image, "--engine", "dl4j");

    assertThat(version.out()).contains("engine onednn: oneDNN").doesNotContain("engine dl4j");
    assertThat(classified.exitCode()).as(classified.err()).isZero();
    assertThat(classified.json().at("/predictions/0/top")).hasSize(5);
    assertThat(features.exitCode()).as(features.err()).isZero();
    assertThat(engine.exitCode()).isEqualTo(1);
    assertThat(engine.err()).contains("dev.finetune:finetune-dl4j").doesNotContain("\tat ");
  }
}
