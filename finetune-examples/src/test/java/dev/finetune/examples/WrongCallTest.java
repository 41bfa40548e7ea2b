package dev.finetune.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Calls that break a rule of the command line itself. */
class WrongCallTest {

  @TempDir Path folder;

  /** A call, the beginning of its error, and what the error says besides. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gtsrb --epochs 0 | --epochs must be a whole number >= 1, got 0 |",
        "gtsrb --epochs many | --epochs must be a whole number >= 1, got many |",
        "gtsrb --batch 0 | --batch must be a whole number >= 1, got 0 |",
        "gtsrb --batch 3000000000 | --batch must be a whole number >= 1, got 3000000000 |",
        "gtsrb --threads -1 | --threads must be a whole number >= 1, got -1 |",
        "gtsrb --size 0 | --size must be a whole number >= 1, got 0 |",
        "gtsrb --variants 0 | --variants must be a whole number >= 1, got 0 |",
        "gtsrb --limit-test -3 | --limit-test must be a whole number >= 1, got -3 |",
        "gtsrb --freeze-all-but -1 | --freeze-all-but must be a whole number >= 0, got -1 |",
        "gtsrb --freeze-up-to-stage x | --freeze-up-to-stage must be a whole number >= 0, got x |",
        "gtsrb --seed x | --seed must be a whole number, got x |",
        "gtsrb --learning-rate x | --learning-rate must be a number, got x |",
        "gtsrb --learning-rate -1 | --learning-rate: | got -1",
        "gtsrb --learning-rate NaN | --learning-rate: | got NaN",
        "gtsrb --backbone vgg17 | --backbone: | vgg17",
        "gtsrb --engine abacus | --engine must be one of [dl4j, onednn], got abacus |",
        "gtsrb --head dense | --head: | dense",
        "gtsrb --head dense:x | --head: | dense:x",
        "gtsrb --head dropout:2 | --head: | got 2",
        "gtsrb --head gap,gap | --head: | global_average_pooling",
        "gtsrb --freeze-up-to nowhere | --freeze-up-to: | nowhere",
        "gtsrb --freeze-all-but 20 | --freeze-all-but: | got 20",
        "gtsrb --freeze-up-to-stage 6 | --freeze-up-to-stage: | got 6",
        "gtsrb --size 3 | --size: | block2_pool",
        "gtsrb --float16 | Missing required argument(s): --cache=DIR |",
        "gtsrb --freeze-all --freeze-none | --freeze-all, --freeze-none are mutually exclusive |",
        "gtsrb --epochs 3 --epochs 4 | option '--epochs' (N) should be specified only once |",
        "gtsrb --epochs 3 compare | Options must come after the command's name | --epochs",
        "zoo --json verify | Options must come after the command's name | --json",
        "gtsrb compare --epochs 0 | --epochs must be a whole number >= 1, got 0 |",
        "demo --epochs 0 | --epochs must be a whole number >= 1, got 0 |",
        "demo --pretrain-epochs 0 | --pretrain-epochs must be a whole number >= 1, got 0 |",
        "summary vgg17 | BACKBONE: | vgg17",
        "summary vgg16 --nonsense | Unknown option: '--nonsense' |",
        "summary vgg16 --classes 1 | --classes: | got 1",
        "summary vgg16 --classes 0 | --classes must be a whole number >= 1, got 0 |",
        "summary vgg16 --head gap | Missing required argument(s): --classes=N |",
        "summary vgg16 --with-top --classes 3 | --with-top | mutually exclusive",
        "summary vgg16 --freeze-up-to nowhere | --freeze-up-to: | block5_pool",
        "summary | Missing required parameter: 'BACKBONE' |",
        "train d --out o --colours cmyk | --colours must be stored or srgb, got cmyk |",
        "evaluate | Missing required | --data",
        "classify vgg17 a.png | MODEL-or-BACKBONE must be the file of a saved model | got vgg17",
        "classify vgg16 a.png --top 0 | --top must be a whole number >= 1, got 0 |",
        "classify vgg16 | Missing required parameter: 'IMAGE' |",
        "classify a.zip a.png --weights b.h5 | --weights must come with a backbone, got the |"
            + " a.zip",
        "classify a.zip a.png --labels b.txt | --labels must come with a backbone, got the | a.zip",
        "features vgg16 a.png | Missing required options | --layer",
        "export a.zip b.zip | Missing required option: '--to=FORMAT' |",
        "export a.zip b.zip --to onnx | --to must be dl4j, got onnx |",
        "help nothing | COMMAND must be one of [demo, | got nothing",
        "help zoo nothing | COMMAND must be one of [verify], got nothing |",
        "trian --help | Unmatched argument at index 0: 'trian' |",
        "sumary | Unmatched argument at index 0: 'sumary' | Did you mean: finetune-examples"
            + " summary?"
      })
  void should_exit_with_2(String arguments, String rule, String got) {
    Call call = Call.of(arguments.split(" ", -1));

    assertThat(call.exitCode()).as(call.err()).isEqualTo(2);
    assertThat(call.err())
        .startsWith("finetune-examples: " + rule)
        .contains(got == null ? "" : got)
        .contains("\nUsage: finetune-examples")
        .containsPattern("Try 'finetune-examples.* --help' for more\\.")
        .doesNotContain("\tat ");
    assertThat(call.out()).isEmpty();
  }

  @Test
  void should_print_the_usage_where_no_command_is_named() {
    Call call = Call.of();

    assertThat(call.exitCode()).isEqualTo(2);
    assertThat(call.err()).startsWith("Usage: finetune-examples").contains("Commands:", "gtsrb");
    assertThat(call.out()).isEmpty();
  }

  @Test
  void should_refuse_a_layer_that_a_saved_model_or_a_backbone_does_not_have() throws IOException {
    String model = TestFiles.savedModel(folder).toString();
    String image = TestFiles.image(folder).toString();
    String out = folder.resolve("x.npy").toString();

    for (String network : List.of(model, "squeezenet")) {
      Call call = Call.of("features", network, image, "--layer", "nowhere", "--out", out);

      assertThat(call.exitCode()).as(call.err()).isEqualTo(2);
      assertThat(call.err())
          .startsWith("finetune-examples: --layer: ")
          .contains("nowhere", "pool1");
    }
  }

  @Test
  void should_refuse_options_of_backbones_for_a_saved_model() throws IOException {
    String model = TestFiles.savedModel(folder).toString();
    String image = TestFiles.image(folder).toString();

    for (List<String> option : List.of(List.of("--size", "64"), List.of("--weights", "random"))) {
      Call call =
          Call.of(
              Stream.concat(
                      Stream.of("features", model, image, "--layer", "pool1", "--out", "x.npy"),
                      option.stream())
                  .toArray(String[]::new));

      assertThat(call.exitCode()).isEqualTo(2);
      assertThat(call.err())
          .startsWith(
              "finetune-examples: "
                  + option.get(0)
                  + " must come with a backbone, got the saved model "
                  + model);
    }
  }

  /** A wrong call is found before the data is read, however long that takes. */
  @Test
  void should_check_the_arguments_before_the_data() throws IOException {
    Path data = Files.createDirectory(folder.resolve("empty"));

    Call wrong = Call.of("gtsrb", "--data", data.toString(), "--freeze-up-to", "nowhere");
    Call right = Call.of("gtsrb", "--data", data.toString(), "--freeze-up-to", "block1_pool");

    assertThat(wrong.exitCode()).isEqualTo(2);
    assertThat(right.exitCode()).isEqualTo(1);
  }
}
