package dev.finetune.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Calls of train, predict and reproduce that are refused before anything is trained. */
class TrainCallTest {

  @TempDir Path folder;

  @BeforeEach
  void writeFiles() throws IOException {
    Files.writeString(folder.resolve("file.txt"), "text");
    Files.createDirectory(folder.resolve("empty"));
    TestFiles.folder(folder, 3);
  }

  /**
   * In the call and in the error, DIR/ stands for the test's folder, and ... for the rest of a long
   * message.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "train --out DIR/out | 2 | DIR must be given, or --csv, got neither",
        "train DIR/signs | 2 | Missing required option: '--out=DIR'",
        "train DIR/signs --out DIR/out --hold-out 1"
            + " | 2 | --hold-out must be a number in (0, 1), got 1",
        "train DIR/signs --out DIR/out --hold-out 0.2 --valid DIR/signs"
            + " | 2 | --hold-out must come without --valid, got both",
        "train DIR/signs --out DIR/out --groups x --valid DIR/signs"
            + " | 2 | --groups must be a regular expression with a capturing group, such as (.*)_,"
            + " got x",
        "train DIR/signs --out DIR/out --groups (.*)_ --valid DIR/signs"
            + " | 2 | --groups must come without --valid, or with --probe, --recipe or"
            + " --views, got --valid",
        "train DIR/signs --out DIR/out --views signs;big | 2 | --views: A view must be"
            + " identity, or changes joined by + of zoom:FACTOR, shift:RIGHT:DOWN, rotate:DEGREES and"
            + " hflip; signs and photographs are several views; got \"big\"",
        "train DIR/signs --out DIR/out --label-column sign"
            + " | 2 | --label-column must come with --csv, got sign",
        "train DIR/signs --out DIR/out --tags red | 2 | --tags must come with --csv, got [red]",
        "train --csv DIR/file.txt --out DIR/out --tags a,b --values c | 2"
            + " | --values must come without --tags, got both",
        "train --csv DIR/file.txt --out DIR/out --tags a,b --tag-separator ; | 2"
            + " | --tag-separator must be a text, with one column in --tags, got \";\"",
        "train DIR/signs --out DIR/signs/out | 2"
            + " | --out must be outside the directory of the images DIR/signs, got DIR/signs/out",
        "train DIR/signs --out DIR/out --optimizer adam | 2"
            + " | --optimizer: An optimizer must have a learning rate, such as adam:1e-3, got"
            + " \"adam\"",
        "train DIR/signs --out DIR/out --optimizer sgd:0.1 --learning-rate 1 | 2"
            + " | --learning-rate must come without --optimizer, got both",
        "train DIR/signs --out DIR/out --schedule wave | 2 | --schedule: A schedule must be"
            + " constant, cosine, onecycle, step or polynomial, got \"wave\"",
        "train DIR/signs --out DIR/out --minutes 0 | 2 | --minutes must be a number > 0, got 0",
        "train DIR/signs --out DIR/out --keep first | 2 | --keep must be best or last, got first",
        "train DIR/signs --out DIR/out --keep last --keep-best | 2"
            + " | --keep-best must come without --keep, got both",
        "train DIR/signs --out DIR/out --early-stopping 0 | 2"
            + " | --early-stopping: patience must be >= 1, got 0",
        "train DIR/signs --out DIR/out --early-stopping 5,score | 2"
            + " | --early-stopping: Early stopping must be EPOCHS or EPOCHS,loss, got"
            + " \"5,score\"",
        "train DIR/signs --out DIR/out --recipe soup | 2"
            + " | --recipe: A recipe must be one of [article, probe, recommended, best], got"
            + " soup",
        "train DIR/signs --out DIR/out --weights random --recipe best --resume | 2"
            + " | --resume must come without --recipe best, whose search cannot continue, got both",
        "train DIR/signs --out DIR/out --weights random --recipe article --freeze-all-but 999 | 2"
            + " | --freeze-all-but: The number of trainable layers must be <=...",
        "train DIR/signs --out DIR/out --probe last | 2 | --probe must be first or only, got last",
        "train DIR/signs --out DIR/out --weights random --backbone squeezenet --features pool3,x"
            + " | 2 | --features: Features must be of layers of the backbone, got [x]; the...",
        "train DIR/signs --out DIR/out --weights random --features Conv1,Conv1 | 2"
            + " | --features: Features must be of different layers, got [Conv1, Conv1]",
        "train DIR/signs --out DIR/out --weights random --features Conv1,out_relu --head gap | 2"
            + " | --head: Layer \"head/global_average_pooling\": The input of"
            + " GlobalAveragePool must be an image, got a vector of 1312",
        "train DIR/signs --out DIR/out --from DIR/m.zip --features Conv1 | 2"
            + " | --features must come without --from, got both",
        "train DIR/signs --out DIR/out --weights random --probe only --head dense:8 | 2 | --probe: A"
            + " probe must have a head without parameters before the logits, got [head/dense]",
        "train DIR/signs --out DIR/out --parameter-groups stages:2 | 2"
            + " | --parameter-groups: factor must be in (0, 1], got 2.0",
        "train DIR/signs --out DIR/out --average 1 | 2"
            + " | --average must be a number in (0, 1), got 1",
        "train DIR/signs --out DIR/out --batch-norm-statistics none | 2"
            + " | --batch-norm-statistics must be recomputed, moving, keras or kept, got none",
        "train DIR/signs --out DIR/out --clip 0 | 2 | --clip must be a number > 0, got 0",
        "train DIR/signs --out DIR/out --accumulate 0 | 2"
            + " | --accumulate must be a whole number >= 1, got 0",
        "train DIR/signs --out DIR/out --mix blend:1 | 2 | --mix: A mixture must be mixup:ALPHA...",
        "train DIR/signs --out DIR/out --sampling odd | 2"
            + " | --sampling: A sampling must be shuffled or balanced, got \"odd\"",
        "train DIR/signs --out DIR/out --augment jpeg:40 | 2"
            + " | --augment: jpeg:40: jpeg must have two whole numbers, the lowest and the highest"
            + " quality, got [40.0]",
        "train DIR/signs --out DIR/out --augment rotate | 2 | --augment: An augmentation must be"
            + " one of signs,...",
        "train DIR/signs --out DIR/out --class-weights heavy | 2"
            + " | --class-weights: Class weights must be none, balanced or"
            + " CLASS=WEIGHT,CLASS=WEIGHT,..., got \"heavy\"",
        "train DIR/signs --out DIR/out --loss l1 | 2 | --loss: A loss must be crossentropy...",
        "train DIR/signs --out DIR/out --unfreeze-stage-by-stage 4 --epochs 9 | 2"
            + " | --unfreeze-stage-by-stage must leave epochs for all...",
        "train DIR/signs --out DIR/out --smaller-until 5 | 2"
            + " | --smaller-until must be a list of EPOCH:SIDE, such as 20:96,40:160, got 5",
        "train DIR/signs --out DIR/out --smaller-until 0:96 | 2"
            + " | --smaller-until must be a whole number >= 1, got 0",
        "train DIR/signs --out DIR/out --smaller-until 5:96,6:64 | 2"
            + " | --smaller-until must have growing epochs and growing sides, got 5:96,6:64",
        "train DIR/signs --out DIR/out --weights random --smaller-until 15:96 | 2"
            + " | --smaller-until must end before the last epoch, got 15 with --epochs 15",
        "train DIR/signs --out DIR/out --weights random --smaller-until 5:224 | 2"
            + " | --smaller-until: Smaller images must have a side below 224, that of the"
            + " backbone's images, got 224",
        "train DIR/signs --out DIR/out --weights random --smaller-until 5:96 --head dense:8 | 2"
            + " | --smaller-until: The network must have the same parameters for images of any...",
        "train DIR/signs --out DIR/out --from DIR/m.zip --head gap | 2"
            + " | --head must come without --from, got both",
        "train DIR/absent --out DIR/out --weights random | 1 | DIR must be a directory with one"
            + " directory of images per class, and DIR/absent does not exist",
        "train DIR/signs --out DIR/file.txt | 1"
            + " | --out must be a directory, and DIR/file.txt is a file",
        "train DIR/empty --out DIR/out --weights random | 1"
            + " | The root must be a folder with one folder per class (1 problem):",
        "train DIR/signs --out DIR/out --weights random --test DIR/absent | 1"
            + " | --test must be a directory with one directory of images per class, and DIR/absent"
            + " does not exist",
        "train DIR/signs --out DIR/out --weights random --groups (\\d)x | 1"
            + " | --groups must match the name of every image, got (\\d)x (9 problems):",
        "train DIR/signs --out DIR/out --weights random --probe only --valid DIR/signs --groups"
            + " (\\d)x | 1 | --groups must match the name of every image, got (\\d)x (9 problems):",
        "train DIR/signs --out DIR/out --from DIR/absent.zip | 1"
            + " | --from must be the file of a saved model, and DIR/absent.zip does not exist",
        "train --csv DIR/absent.csv --out DIR/out --weights random | 1"
            + " | --csv must be a CSV file, and DIR/absent.csv does not exist",
        "gtsrb --resume | 2 | --resume must come with --out, got no directory",
        "predict DIR/m.zip DIR/signs --out DIR/p.csv | 1"
            + " | MODEL must be the file of a saved model, and DIR/m.zip does not exist",
        "predict DIR/m.zip DIR/empty --out DIR/p.csv | 1"
            + " | DIR must be a directory of images, and DIR/empty has none",
        "predict DIR/m.zip DIR/signs --out DIR/p.csv --top 0 | 2"
            + " | --top must be a whole number >= 1, got 0",
        "reproduce DIR/m.zip | 2 | --data must be given, or --csv, got neither",
        "reproduce DIR/m.zip --data DIR/signs | 1"
            + " | MODEL must be the file of a saved model, and DIR/m.zip does not exist"
      })
  void refuses(String arguments, int exitCode, String message) {
    Call call = Call.of(in(arguments).split(" ", -1));

    assertThat(call.exitCode()).as(call.err()).isEqualTo(exitCode);
    String first = call.err().lines().findFirst().orElse("");
    if (message.endsWith("...")) {
      assertThat(first)
          .startsWith("finetune-examples: " + in(message.substring(0, message.length() - 3)));
    } else {
      assertThat(first).isEqualTo("finetune-examples: " + in(message));
    }
    assertThat(call.err()).doesNotContain("\tat ", "fault");
    assertThat(call.out()).isEmpty();
    assertThat(folder.resolve("out")).doesNotExist();
  }

  private String in(String text) {
    // DIR is also the name of the argument.
    return text.replace("DIR/", folder + "/");
  }

  @Test
  void leavesNothingIfAnImageIsBad() throws IOException {
    Files.write(folder.resolve("signs/a/bad.png"), new byte[] {1, 2, 3});
    Path out = folder.resolve("out");

    Call call =
        Call.of(
            "train",
            folder.resolve("signs").toString(),
            "--backbone",
            "squeezenet",
            "--size",
            "48",
            "--weights",
            "random",
            "--out",
            out.toString());

    assertThat(call.exitCode()).isEqualTo(1);
    assertThat(call.err()).contains("bad.png").doesNotContain("\tat ");
    assertThat(out).doesNotExist();
  }
}
