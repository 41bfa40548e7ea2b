package dev.finetune.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.finetune.FineTunedModel;
import dev.finetune.datasets.Images;
import dev.finetune.evaluate.Interval;
import dev.finetune.image.Pixels;
import dev.finetune.image.Views;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.imageio.ImageIO;
import org.assertj.core.data.Offset;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class CommandLineTest {

  @TempDir Path folder;

  @Test
  void should_summarise_the_experiments_network() throws Exception {
    Call called =
        Call.of(
            "summary",
            "vgg16",
            "--classes",
            "43",
            "--freeze-all-but",
            "8",
            "--head",
            "dense:128,dropout:0.6",
            "--json");

    assertThat(called.exitCode()).isZero();
    assertThat(called.json().get("totalParameters").asLong()).isEqualTo(17_931_627);
    assertThat(called.json().get("trainableParameters").asLong()).isEqualTo(16_196_139);
    assertThat(called.json().get("layers")).hasSize(23);
    assertThat(called.json().at("/layers/10/name").asText()).isEqualTo("block3_pool");
    assertThat(called.json().at("/layers/10/trainable").asBoolean()).isFalse();
  }

  @Test
  void should_summarise_a_backbone_with_its_top() throws Exception {
    Call called = Call.of("summary", "squeezenet", "--with-top", "--json");

    assertThat(called.exitCode()).isZero();
    assertThat(called.json().get("totalParameters").asLong()).isEqualTo(1_235_496);
  }

  @Test
  void should_train_evaluate_and_classify() throws Exception {
    Path data = TestFiles.gtsrb(folder);
    Path out = folder.resolve("out");

    String[] command = {
      "gtsrb",
      "--data",
      data.toString(),
      "--backbone",
      "squeezenet",
      "--weights",
      "random",
      "--freeze-up-to",
      "pool1",
      "--head",
      "gap",
      "--size",
      "48",
      "--epochs",
      "2",
      "--out",
      out.toString(),
      "--json"
    };

    Call trained = Call.of(command);

    assertThat(trained.exitCode()).as(trained.err()).isZero();
    assertThat(trained.json().get("history")).hasSize(2);
    assertThat(trained.json().get("testCount").asInt()).isEqualTo(18);
    assertThat(trained.json().get("imagesPerSecond").asDouble()).isPositive();
    requireSameHistory(trained.json().get("history"), out.resolve("history.csv"));
    for (String picture : List.of("curves", "train", "test", "predictions")) {
      assertThat(ImageIO.read(out.resolve(picture + ".png").toFile()).getWidth())
          .isGreaterThan(500);
    }

    String model = out.resolve("model.zip").toString();
    Call tested = Call.of("evaluate", model, "--data", data.toString(), "--json");
    assertThat(tested.exitCode()).as(tested.err()).isZero();
    assertThat(tested.json().get("count").asInt()).isEqualTo(18);
    assertThat(tested.json().get("top5").asDouble()).isEqualTo(1);
    Interval tested18 = Run.interval(tested.json().get("accuracy").asDouble(), 18);
    assertThat(tested.json().get("accuracyLow").asDouble()).isEqualTo(tested18.low());
    assertThat(tested.json().get("accuracyHigh").asDouble()).isEqualTo(tested18.high());
    assertThat(tested.out()).contains(" (" + tested18 + "), top-5 1.0000");
    double valid = trained.json().get("validScore").asDouble();
    assertThat(trained.out()).contains(String.format(Locale.ROOT, "accuracy %.4f (95 %%", valid));
    assertThat(trained.json().get("validScoreLow").asDouble()).isLessThan(valid);
    for (String figure : List.of("accuracy", "accuracyLow", "accuracyHigh", "loss")) {
      String inTraining =
          "test" + figure.substring(0, 1).toUpperCase(Locale.ROOT) + figure.substring(1);
      assertThat(tested.json().get(figure).asDouble())
          .isEqualTo(trained.json().get(inTraining).asDouble());
    }
    command[Arrays.asList(command).indexOf(out.toString())] = folder.resolve("again").toString();
    assertThat(Call.of(command).json().get("testLoss")).isEqualTo(trained.json().get("testLoss"));

    Call folders = Call.of("evaluate", model, "--data", data + "/Train", "--json");
    assertThat(folders.json().get("count").asInt()).isEqualTo(72);

    String image = data.resolve("Train/2/00002_00000_00000.png").toString();
    Call classified = Call.of("classify", model, image, "--top", "2", "--json");
    assertThat(classified.exitCode()).as(classified.err()).isZero();
    assertThat(classified.json().at("/predictions/0/top")).hasSize(2);
    assertThat(classified.json().at("/predictions/0/top/0/class").asText()).isIn("0", "1", "2");
  }

  /** Deeplearning4j alone opens what is exported, and says the same. */
  @Test
  void should_export_to_deeplearning4j() throws Exception {
    Path saved = TestFiles.savedModel(folder);
    FineTunedModel model = FineTunedModel.load(saved);
    Path file = folder.resolve("dl4j.zip");

    Call called = Call.of("export", saved.toString(), "--to", "dl4j", file.toString(), "--json");

    assertThat(called.exitCode()).as(called.err()).isZero();
    assertThat(called.json().get("bytes").asLong()).isEqualTo(Files.size(file));
    ComputationGraph graph = ModelSerializer.restoreComputationGraph(file.toFile());
    Pixels image = TestFiles.SIGNS.load(0);
    INDArray input = Nd4j.createFromArray(model.input().prepare(image)).reshape('c', 1, 3, 48, 48);
    double[] expected =
        model.classify(image).probabilities().stream().mapToDouble(p -> p).toArray();
    assertThat(graph.outputSingle(input).toDoubleVector())
        .containsExactly(expected, Offset.offset(1e-5));
    graph.close();
  }

  /** The commands compute what the model computes. */
  @Test
  void should_average_over_the_views_of_a_model() throws Exception {
    Path saved = TestFiles.savedModel(folder);
    Path averaging = folder.resolve("views.zip");
    Path signs = TestFiles.folder(folder, 4);
    for (int label = 0; label < 3; label++) {
      Files.move(
          signs.resolve("abc".substring(label, label + 1)),
          signs.resolve(TestFiles.SIGNS.classNames().get(label)));
    }
    String image = TestFiles.image(folder).toString();
    double expected;
    try (FineTunedModel model = FineTunedModel.load(saved).withViews(Views.signs())) {
      model.save(averaging);
      expected = model.classify(Images.read(Path.of(image))).best().probability();
    }

    Call classified = Call.of("classify", averaging.toString(), image, "--json");
    Call predicted =
        Call.of("predict", averaging.toString(), signs + "", "--out", folder + "/table.csv");
    String other = folder + "/other.csv";
    Call changed = Call.of("predict", saved + "", signs + "", "--out", other, "--views", "signs");
    Call single =
        Call.of("evaluate", averaging + "", "--data", signs + "", "--views", "identity", "--json");
    Call plain = Call.of("evaluate", saved + "", "--data", signs + "", "--json");
    Call averaged = Call.of("evaluate", averaging + "", "--data", signs + "", "--json");
    Call exported =
        Call.of("export", averaging.toString(), "--to", "dl4j", folder.resolve("x.zip").toString());

    assertThat(classified.json().at("/predictions/0/top/0/probability").asDouble())
        .isCloseTo(expected, Offset.offset(1e-9));
    assertThat(predicted.exitCode()).as(predicted.err()).isZero();
    assertThat(changed.exitCode()).as(changed.err()).isZero();
    assertThat(Path.of(other)).hasSameTextualContentAs(folder.resolve("table.csv"));
    assertThat(averaged.exitCode()).as(averaged.err()).isZero();
    assertThat(single.json()).isEqualTo(plain.json()).isNotEqualTo(averaged.json());
    assertThat(exported.exitCode()).isEqualTo(1);
    assertThat(exported.err())
        .startsWith(
            "finetune-examples: "
                + averaging
                + ": a model to export must not average over views, because the export has one"
                + " forward pass; got the views identity,zoom:0.9,")
        .hasLineCount(1);
  }

  /** The file has six decimals. */
  private static void requireSameHistory(JsonNode epochs, Path csv) throws IOException {
    List<String> lines = Files.readAllLines(csv);
    List<String> columns = List.of(lines.get(0).split(",", -1));
    assertThat(lines).hasSize(1 + epochs.size());
    for (int i = 0; i < epochs.size(); i++) {
      String[] values = lines.get(i + 1).split(",", -1);
      for (String name : List.of("trainLoss", "trainScore", "validLoss", "validScore")) {
        String column =
            name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT).replace("score", "accuracy");
        assertThat(Double.parseDouble(values[columns.indexOf(column)]))
            .as("%s of epoch %s", column, values[0])
            .isCloseTo(epochs.get(i).get(name).asDouble(), Offset.offset(5e-7));
      }
    }
  }

  @Test
  void should_compare_three_ways_to_train() throws Exception {
    Path out = folder.resolve("out");

    Call called =
        Call.of(
            "gtsrb",
            "compare",
            "--data",
            TestFiles.gtsrb(folder).toString(),
            "--backbone",
            "squeezenet",
            "--weights",
            "random",
            "--freeze-up-to",
            "fire5/concat",
            "--size",
            "48",
            "--epochs",
            "1",
            "--limit-test",
            "6",
            "--out",
            out.toString(),
            "--json");

    assertThat(called.exitCode()).as(called.err()).isZero();
    assertThat(called.json().findValuesAsText("name"))
        .containsExactly("from scratch", "transfer learning", "fine-tuning");
    assertThat(called.json().findValuesAsText("testCount")).containsExactly("6", "6", "6");
    assertThat(out.resolve("compare.png")).isNotEmptyFile();
  }

  /** In a process of its own: the library's logs, too, are not on standard output. */
  @Test
  void should_write_only_results_to_standard_output() throws Exception {
    Path features = folder.resolve("features");
    String[] command = {
      "gtsrb",
      "--data",
      TestFiles.gtsrb(folder).toString(),
      "--backbone",
      "squeezenet",
      "--weights",
      "random",
      "--freeze-all",
      "--size",
      "48",
      "--epochs",
      "1",
      "--threads",
      "1",
      "--cache",
      features.toString(),
      "--float16",
      "--json"
    };

    Call computed = Call.process("none", Map.of(), folder, command);
    Call read = Call.process("none", Map.of(), folder, command);

    assertThat(computed.exitCode()).as(computed.err()).isZero();
    assertThat(computed.out().lines()).hasSize(2).element(0).asString().startsWith("validation");
    assertThat(computed.err()).contains("fine-tuning: squeezenet", "Training on");
    assertThat(features).isNotEmptyDirectory();
    assertThat(read.json().get("testLoss")).isEqualTo(computed.json().get("testLoss"));
  }

  /** Twelve kinds of signs, so that chance is one in twelve. */
  @Test
  void should_run_the_demo_without_any_file() throws Exception {
    Path out = folder.resolve("demo");

    Call called =
        Call.of(
            "demo", "--pretrain-epochs", "3", "--epochs", "6", "--out", out.toString(), "--json");

    assertThat(called.exitCode()).as(called.err()).isZero();
    double tuned = called.json().get("fineTunedTestAccuracy").asDouble();
    double scratch = called.json().get("scratchTestAccuracy").asDouble();
    assertThat(tuned).isGreaterThan(0.5).isGreaterThan(scratch);
    assertThat(scratch).isGreaterThan(1.0 / 12);
    assertThat(called.out()).contains("from scratch", "fine-tuning", "model.zip", "gtsrb --data");
    assertThat(out.resolve("model.zip")).isNotEmptyFile();
    assertThat(out.resolve("compare.png")).isNotEmptyFile();
  }

  @Test
  void should_write_npy_as_numpy_reads_it() throws IOException {
    Path file = folder.resolve("x.npy");
    NpyFile.write(dev.finetune.weights.Tensor.of(List.of(2, 1), new float[] {1.5f, -2f}), file);

    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);

    int header = bytes.getShort(8);
    assertThat((10 + header) % 64).isZero();
    assertThat(new String(bytes.array(), 1, 5, StandardCharsets.US_ASCII)).isEqualTo("NUMPY");
    assertThat(new String(bytes.array(), 10, header, StandardCharsets.US_ASCII))
        .startsWith("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1,), }")
        .endsWith("\n");
    assertThat(bytes.getFloat(10 + header)).isEqualTo(1.5f);
    assertThat(bytes.getFloat(14 + header)).isEqualTo(-2f);
    assertThat(bytes.capacity()).isEqualTo(18 + header);
  }

  /** Every name of the command line, with its classifier. */
  @ParameterizedTest
  @MethodSource("dev.finetune.zoo.Zoo#names")
  void should_summarise_every_network(String name) throws IOException {
    Call summary = Call.of("summary", name, "--with-top", "--freeze-up-to-stage", "2", "--json");

    assertThat(summary.exitCode()).isZero();
    assertThat(summary.out()).contains("end of stage 2", "frozen");
    JsonNode layers = summary.json().get("layers");
    assertThat(layers.get(layers.size() - 1).get("output").get(0).asInt()).isEqualTo(1000);
    assertThat(summary.json().get("trainableParameters").asLong())
        .isLessThan(summary.json().get("totalParameters").asLong());
  }
}
