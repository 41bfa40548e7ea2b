package dev.finetune.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.finetune.FineTune;
import dev.finetune.FineTunedModel;
import dev.finetune.data.ImageDataset;
import dev.finetune.datasets.DrawnSigns;
import dev.finetune.datasets.DrawnSigns.Task;
import dev.finetune.image.Pixels;
import dev.finetune.train.TrainOptions;
import dev.finetune.zoo.Zoo;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import org.assertj.core.data.Offset;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

@Tag("numeric")
class CommandLineTest {

  /** What a call gave. */
  private record Called(int exitCode, String out, String err) {
    JsonNode json() throws JsonProcessingException {
      List<String> lines = out.lines().toList();
      return new ObjectMapper().readTree(lines.get(lines.size() - 1));
    }
  }

  private static final ImageDataset SIGNS = DrawnSigns.of(Task.SIGNS, 1, 48, 1);

  @TempDir Path folder;

  private static Called call(String... args) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
    ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
    System.setOut(new PrintStream(outBytes, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(errBytes, true, StandardCharsets.UTF_8));
    try {
      int exitCode = Main.run(args);
      return new Called(
          exitCode,
          outBytes.toString(StandardCharsets.UTF_8),
          errBytes.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }

  /** A small benchmark in GTSRB's layout: three drawn signs, four tracks of six frames each. */
  private Path gtsrb() throws IOException {
    ImageDataset signs = DrawnSigns.of(Task.SIGNS, 30, 32, 3);
    Path root = folder.resolve("gtsrb");
    StringBuilder csv = new StringBuilder("ClassId,Path\n");
    for (int i = 0; i < signs.size(); i++) {
      int label = signs.label(i);
      int number = i / 12;
      if (label < 3 && number < 24) {
        String name =
            String.format(
                Locale.ROOT, "Train/%d/%05d_%05d_%05d.png", label, label, number / 6, number % 6);
        write(signs.load(i), root.resolve(name));
      } else if (label < 3) {
        String name = String.format(Locale.ROOT, "Test/%05d.png", i);
        write(signs.load(i), root.resolve(name));
        csv.append(label).append(',').append(name).append('\n');
      }
    }
    Files.writeString(root.resolve("Test.csv"), csv);
    return root;
  }

  private static void write(Pixels pixels, Path file) throws IOException {
    Files.createDirectories(file.getParent());
    BufferedImage image =
        new BufferedImage(pixels.width(), pixels.height(), BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < pixels.height(); y++) {
      for (int x = 0; x < pixels.width(); x++) {
        int r = Math.round(pixels.at(0, y, x));
        int g = Math.round(pixels.at(1, y, x));
        image.setRGB(x, y, (r << 16) | (g << 8) | Math.round(pixels.at(2, y, x)));
      }
    }
    ImageIO.write(image, "png", file.toFile());
  }

  @Test
  void should_summarise_the_experiments_network() throws Exception {
    Called called =
        call(
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
    Called called = call("summary", "squeezenet", "--with-top", "--json");

    assertThat(called.exitCode()).isZero();
    assertThat(called.json().get("totalParameters").asLong()).isEqualTo(1_235_496);
  }

  @Test
  void should_train_evaluate_and_classify() throws Exception {
    Path data = gtsrb();
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

    Called trained = call(command);

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
    Called tested = call("evaluate", model, "--data", data.toString(), "--json");
    assertThat(tested.exitCode()).as(tested.err()).isZero();
    assertThat(tested.json().get("count").asInt()).isEqualTo(18);
    assertThat(tested.json().get("top5").asDouble()).isEqualTo(1);
    for (String figure : List.of("accuracy", "loss")) {
      String inTraining =
          "test" + figure.substring(0, 1).toUpperCase(Locale.ROOT) + figure.substring(1);
      assertThat(tested.json().get(figure).asDouble())
          .isEqualTo(trained.json().get(inTraining).asDouble());
    }
    assertThat(call(command).json().get("testLoss")).isEqualTo(trained.json().get("testLoss"));

    Called folders = call("evaluate", model, "--data", data + "/Train", "--json");
    assertThat(folders.json().get("count").asInt()).isEqualTo(72);

    String image = data.resolve("Train/2/00002_00000_00000.png").toString();
    Called classified = call("classify", model, image, "--top", "2", "--json");
    assertThat(classified.exitCode()).as(classified.err()).isZero();
    assertThat(classified.json().at("/predictions/0/top")).hasSize(2);
    assertThat(classified.json().at("/predictions/0/top/0/class").asText()).isIn("0", "1", "2");
  }

  /** Deeplearning4j alone opens what is exported, and says the same. */
  @Test
  void should_export_to_deeplearning4j() throws Exception {
    FineTunedModel model =
        FineTune.from(Zoo.byName("squeezenet").randomWeights(1).inputSize(48))
            .freezeAll()
            .train(SIGNS, SIGNS, TrainOptions.defaults().epochs(1));
    Path saved = folder.resolve("model.zip");
    model.save(saved);
    Path file = folder.resolve("dl4j.zip");

    Called called = call("export", saved.toString(), "--to", "dl4j", file.toString(), "--json");

    assertThat(called.exitCode()).as(called.err()).isZero();
    assertThat(called.json().get("bytes").asLong()).isEqualTo(Files.size(file));
    ComputationGraph graph = ModelSerializer.restoreComputationGraph(file.toFile());
    Pixels image = SIGNS.load(0);
    INDArray input = Nd4j.createFromArray(model.input().prepare(image)).reshape('c', 1, 3, 48, 48);
    double[] expected =
        model.classify(image).probabilities().stream().mapToDouble(p -> p).toArray();
    assertThat(graph.outputSingle(input).toDoubleVector())
        .containsExactly(expected, Offset.offset(1e-5));
    graph.close();
  }

  @Test
  void should_refuse_to_export_to_what_it_does_not_know() {
    Called nowhere = call("export", "model.zip", "dl4j.zip");
    Called unknown = call("export", "model.zip", "--to", "onnx", "dl4j.zip");
    Called absent = call("export", "absent.zip", "--to", "dl4j", "dl4j.zip");

    assertThat(nowhere.exitCode()).isEqualTo(2);
    assertThat(nowhere.err()).contains("--to");
    assertThat(unknown.exitCode()).isEqualTo(2);
    assertThat(unknown.err()).contains("onnx", "DL4J");
    assertThat(absent.exitCode()).isEqualTo(1);
    assertThat(absent.err()).contains("absent.zip");
  }

  /** The file has six decimals. */
  private static void requireSameHistory(JsonNode epochs, Path csv) throws IOException {
    List<String> lines = Files.readAllLines(csv);
    List<String> columns = List.of(lines.get(0).split(",", -1));
    assertThat(lines).hasSize(1 + epochs.size());
    for (int i = 0; i < epochs.size(); i++) {
      String[] values = lines.get(i + 1).split(",", -1);
      for (String name : List.of("trainLoss", "trainAccuracy", "validLoss", "validAccuracy")) {
        String column = name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
        assertThat(Double.parseDouble(values[columns.indexOf(column)]))
            .as("%s of epoch %s", column, values[0])
            .isCloseTo(epochs.get(i).get(name).asDouble(), Offset.offset(5e-7));
      }
    }
  }

  @Test
  void should_compare_three_ways_to_train() throws Exception {
    Path out = folder.resolve("out");

    Called called =
        call(
            "gtsrb",
            "compare",
            "--data",
            gtsrb().toString(),
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

  /** Twelve kinds of signs, so that chance is one in twelve. */
  @Test
  void should_run_the_demo_without_any_file() throws Exception {
    Path out = folder.resolve("demo");

    Called called =
        call("demo", "--pretrain-epochs", "3", "--epochs", "6", "--out", out.toString(), "--json");

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
  void should_tell_misuse_from_failure() {
    Called noCommand = call();
    Called unknown = call("summary", "vgg16", "--nonsense");
    Called two = call("summary", "vgg16", "--freeze-all", "--freeze-none");
    Called absent = call("gtsrb", "--data", "absent-folder");
    Called backbone = call("summary", "vgg17");
    Called noModel = call("classify", "absent.zip", "absent.png");

    assertThat(noCommand.exitCode()).isEqualTo(2);
    assertThat(unknown.exitCode()).isEqualTo(2);
    assertThat(two.exitCode()).isEqualTo(2);
    assertThat(two.err()).contains("--freeze-all", "--freeze-none");
    assertThat(absent.exitCode()).isEqualTo(1);
    assertThat(absent.err()).contains("absent-folder", "--data").doesNotContain("\tat ");
    assertThat(backbone.exitCode()).isEqualTo(1);
    assertThat(backbone.err()).contains("vgg17", "squeezenet");
    assertThat(noModel.exitCode()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"summary", "gtsrb", "evaluate", "classify", "export", "features", "demo"})
  void should_help_with_every_command(String command) {
    Called called = call(command, "--help");

    assertThat(called.exitCode()).isZero();
    assertThat(called.out()).contains("Usage: finetune-examples " + command);
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

  @Test
  void should_list_the_zoo_and_what_is_cached() throws IOException {
    Files.writeString(
        folder.resolve("vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5"), "not it");

    Called listed = call("zoo", "--cache", folder.toString(), "--json");

    assertThat(listed.exitCode()).isZero();
    JsonNode vgg16 = listed.json().get("models").get(0);
    assertThat(vgg16.get("name").asText()).isEqualTo("vgg16");
    assertThat(vgg16.get("parameters").asLong()).isEqualTo(138_357_544);
    assertThat(vgg16.get("stages")).hasSize(5);
    assertThat(vgg16.get("sources")).hasSize(3);
    assertThat(vgg16.get("cached").get(0).asText()).contains("vgg16_weights");
    assertThat(listed.json().get("models")).hasSize(19);
    assertThat(listed.out()).contains("1 of 3", "CC BY 4.0", "224x224 CAFFE");
  }

  @Test
  void should_find_a_damaged_file_in_the_cache() throws IOException {
    Files.writeString(folder.resolve("resnet18-f37072fd.pth"), "not it");

    Called verified = call("zoo", "verify", "--cache", folder.toString(), "--json");

    assertThat(verified.exitCode()).isEqualTo(1);
    assertThat(verified.json().get("damaged").get(0).asText())
        .isEqualTo(folder.resolve("resnet18-f37072fd.pth").toString());
    assertThat(call("zoo", "verify", "--cache", folder.resolve("empty").toString()).exitCode())
        .isZero();
  }

  /** Every name of the command line, with its classifier. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "vgg16",
        "vgg19",
        "resnet50",
        "resnet50v2",
        "mobilenet",
        "mobilenetv2",
        "densenet121",
        "inceptionv3",
        "xception",
        "efficientnetb0",
        "efficientnetb1",
        "efficientnetb2",
        "efficientnetb3",
        "squeezenet",
        "convnexttiny",
        "resnet18",
        "resnet34",
        "mobilenetv3"
      })
  void should_summarise_every_network(String name) throws IOException {
    Called summary = call("summary", name, "--with-top", "--freeze-up-to-stage", "2", "--json");

    assertThat(summary.exitCode()).isZero();
    assertThat(summary.out()).contains("end of stage 2", "frozen");
    JsonNode layers = summary.json().get("layers");
    assertThat(layers.get(layers.size() - 1).get("output").get(0).asInt()).isEqualTo(1000);
    assertThat(summary.json().get("trainableParameters").asLong())
        .isLessThan(summary.json().get("totalParameters").asLong());
  }
}
