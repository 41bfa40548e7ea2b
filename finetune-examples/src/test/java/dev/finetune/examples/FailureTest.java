package dev.finetune.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** Calls that are right and fail because of files, downloads or the training. */
class FailureTest {

  @TempDir Path folder;

  @BeforeEach
  void writeFiles() throws IOException {
    Files.createDirectory(folder.resolve("directory"));
    Files.writeString(folder.resolve("file.txt"), "text");
    TestFiles.image(folder);
  }

  /** In the call and in the error, DIR stands for the test's folder. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "classify DIR/absent.zip DIR/sign.png"
            + " | MODEL must be the file of a saved model, and DIR/absent.zip does not exist",
        "classify DIR/directory DIR/sign.png"
            + " | MODEL must be the file of a saved model, and DIR/directory is a directory",
        "classify squeezenet DIR/absent.png"
            + " | IMAGE must be an image file, and DIR/absent.png does not exist",
        "classify squeezenet DIR/directory"
            + " | IMAGE must be an image file, and DIR/directory is a directory",
        "classify squeezenet DIR/file.txt | DIR/file.txt: ",
        "classify DIR/file.txt DIR/sign.png | DIR/file.txt: ",
        "classify squeezenet DIR/sign.png --weights DIR/absent.h5"
            + " | --weights must be a weight file, and DIR/absent.h5 does not exist",
        "classify squeezenet DIR/sign.png --weights DIR/directory"
            + " | --weights must be a weight file, and DIR/directory is a directory",
        "classify squeezenet DIR/sign.png --weights DIR/file.txt | DIR/file.txt",
        "classify squeezenet DIR/sign.png --weights random --labels DIR/absent.txt"
            + " | --labels must be a text file, and DIR/absent.txt does not exist",
        "classify squeezenet DIR/sign.png --weights random --labels DIR/file.txt"
            + " | DIR/file.txt: a line for each of the 1000 classes is expected",
        "evaluate DIR/absent.zip --data DIR/directory"
            + " | MODEL must be the file of a saved model, and DIR/absent.zip does not exist",
        "evaluate DIR/absent.zip --data DIR/file.txt"
            + " | --data must be a directory of labelled images, and DIR/file.txt is a file",
        "evaluate DIR/absent.zip --data DIR/absent"
            + " | --data must be a directory of labelled images, and DIR/absent does not exist",
        "export DIR/absent.zip --to dl4j DIR/out.zip"
            + " | MODEL must be the file of a saved model, and DIR/absent.zip does not exist",
        "export DIR/absent.zip --to dl4j DIR/directory"
            + " | FILE must be a file to write, and DIR/directory is a directory",
        "features squeezenet DIR/sign.png --layer pool1 --out DIR/directory"
            + " | --out must be a file to write, and DIR/directory is a directory",
        "gtsrb --data DIR/absent | --data must be the directory of the GTSRB benchmark",
        "gtsrb --data DIR/file.txt | --data must be the directory of the GTSRB benchmark",
        "gtsrb --data DIR/directory --weights DIR/directory"
            + " | --weights must be a weight file, and DIR/directory is a directory",
        "gtsrb --data DIR/directory --out DIR/file.txt"
            + " | --out must be a directory, and DIR/file.txt is a file",
        "gtsrb --data DIR/directory --cache DIR/file.txt"
            + " | --cache must be a directory, and DIR/file.txt is a file",
        "demo --out DIR/file.txt | --out must be a directory, and DIR/file.txt is a file",
        "zoo --download-cache DIR/file.txt"
            + " | --download-cache must be a directory, and DIR/file.txt is a file",
        "zoo verify --download-cache DIR/file.txt"
            + " | --download-cache must be a directory, and DIR/file.txt is a file"
      })
  void should_exit_with_1(String arguments, String message) {
    Call call = Call.of(in(arguments).split(" ", -1));

    assertThat(call.exitCode()).as(call.err()).isEqualTo(1);
    assertThat(call.err())
        .startsWith("finetune-examples: " + in(message))
        .doesNotContain("Usage:", "\tat ", "fault");
    assertThat(call.out()).isEmpty();
  }

  private String in(String text) {
    return text.replace("DIR", folder.toString());
  }

  @Test
  void should_say_where_data_is_to_be_found() {
    Call call = Call.of("gtsrb", "--data", folder.resolve("absent").toString());

    assertThat(call.err()).contains("https://www.kaggle.com/", "absent does not exist");
  }

  @Test
  void should_fail_where_the_data_cannot_be_learned_from() throws IOException {
    Path data = TestFiles.gtsrb(folder);
    Files.write(data.resolve("Train/0/00000_00000_00000.png"), new byte[] {1, 2, 3});

    Call damaged = Call.of("gtsrb", "--data", data.toString());

    assertThat(damaged.exitCode()).isEqualTo(1);
    assertThat(damaged.err()).contains("00000_00000_00000.png").doesNotContain("\tat ");
  }

  @Test
  void should_fail_where_the_data_has_one_class_only() throws IOException {
    Path data = folder.resolve("one");
    Path image = folder.resolve("sign.png");
    StringBuilder csv = new StringBuilder("ClassId,Path\n");
    for (String name : List.of("Train/0/0_0_0.png", "Train/0/0_1_0.png", "Test/0.png")) {
      Files.createDirectories(data.resolve(name).getParent());
      Files.copy(image, data.resolve(name));
    }
    Files.writeString(data.resolve("Test.csv"), csv.append("0,Test/0.png\n"));

    Call call = Call.of("gtsrb", "--data", data.toString(), "--backbone", "squeezenet");

    assertThat(call.exitCode()).isEqualTo(1);
    assertThat(call.err())
        .startsWith("finetune-examples: --data must have at least 2 classes")
        .contains("got 1 classes", data.toString())
        .doesNotContain("\tat ");
  }

  @Test
  void should_fail_where_the_training_diverges() throws IOException {
    Call call =
        Call.of(
            "gtsrb",
            "--data",
            TestFiles.gtsrb(folder).toString(),
            "--backbone",
            "squeezenet",
            "--weights",
            "random",
            "--size",
            "48",
            "--head",
            "gap",
            "--learning-rate",
            "1e30",
            "--json");

    assertThat(call.exitCode()).as(call.err()).isEqualTo(1);
    assertThat(call.err()).contains("finetune-examples: ", "learning rate").doesNotContain("\tat ");
    assertThat(call.out()).isEmpty();
  }

  /** The directory comes from the option, and the offline switch from the environment. */
  @Test
  void should_fail_where_weights_cannot_be_downloaded() {
    String cache = folder.resolve("downloads").toString();
    String image = folder.resolve("sign.png").toString();
    System.setProperty("finetune.offline", "true");
    try {
      for (List<String> call :
          List.of(
              List.of("classify", "squeezenet", image),
              List.of("features", "squeezenet", image, "--layer", "pool1", "--out", "x.npy"))) {
        String[] arguments =
            Stream.concat(call.stream(), Stream.of("--download-cache", cache, "--json"))
                .toArray(String[]::new);

        Call offline = Call.of(arguments);

        assertThat(offline.exitCode()).as(offline.err()).isEqualTo(1);
        assertThat(offline.err()).contains(cache, "offline").doesNotContain("\tat ");
        assertThat(offline.out()).isEmpty();
      }
    } finally {
      System.clearProperty("finetune.offline");
    }
  }

  @Test
  void should_fail_where_a_saved_model_is_damaged() throws IOException {
    Path model = TestFiles.savedModel(folder);
    byte[] bytes = Files.readAllBytes(model);
    bytes[bytes.length / 2] ^= 1;
    Files.write(model, bytes);

    Call call = Call.of("classify", model.toString(), folder.resolve("sign.png").toString());

    assertThat(call.exitCode()).isEqualTo(1);
    assertThat(call.err()).contains(model.toString()).doesNotContain("\tat ");
  }

  /** An illegal argument that nobody checked comes from this program, not from its caller. */
  @Test
  void should_report_a_fault_with_its_trace() {
    CommandLine command = new CommandLine(new Main());
    StringWriter err = new StringWriter();
    command.setErr(new PrintWriter(err));

    int exitCode =
        Failures.failed(
            new IllegalArgumentException("units must be >= 1"), command, command.parseArgs());

    assertThat(exitCode).isEqualTo(1);
    assertThat(err.toString())
        .startsWith("finetune-examples: This is a fault in finetune")
        .contains("units must be >= 1", "\tat ")
        .doesNotContain("Usage:");
  }
}
