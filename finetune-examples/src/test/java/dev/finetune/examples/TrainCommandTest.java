package dev.finetune.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.base.Splitter;
import dev.finetune.FineTunedModel;
import dev.finetune.data.ImageDataset;
import dev.finetune.datasets.ClassFolders;
import dev.finetune.datasets.Images;
import dev.finetune.evaluate.Interval;
import dev.finetune.evaluate.Prediction;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.image.ColourRule;
import dev.finetune.image.Views;
import dev.finetune.weights.RandomWeights;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.Weights;
import dev.finetune.weights.safetensors.SafetensorsWriter;
import dev.finetune.zoo.architecture.Definition;
import dev.finetune.zoo.architecture.Dialect;
import dev.finetune.zoo.architecture.Form;
import dev.finetune.zoo.architecture.MobileNetV2;
import dev.finetune.zoo.architecture.Top;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Trainings on a small folder of drawn signs. */
class TrainCommandTest {

  private static final List<String> NETWORK =
      List.of(
          "--backbone",
          "squeezenet",
          "--weights",
          "random",
          "--size",
          "48",
          "--threads",
          "1",
          "--head",
          "gap,batchnorm");

  @TempDir Path folder;

  private Path signs;
  private Path out;

  @BeforeEach
  void writeImages() throws IOException {
    signs = TestFiles.folder(folder, 12);
    out = folder.resolve("out");
  }

  private static String[] arguments(List<String> some, String... more) {
    return Stream.concat(some.stream(), Stream.of(more)).toArray(String[]::new);
  }

  /** Returns a call of train on the folder with the small network. */
  private String[] train(Path to, String... more) {
    List<String> call = new ArrayList<>(List.of("train", signs.toString()));
    call.addAll(NETWORK);
    call.addAll(List.of("--out", to.toString()));
    return arguments(call, more);
  }

  /** Returns a call of train for one epoch with the head of a recipe. */
  private String[] trainByRecipe(String recipe, String... more) {
    List<String> call = new ArrayList<>(List.of("train", signs.toString()));
    call.addAll(NETWORK.subList(0, NETWORK.indexOf("--head")));
    call.addAll(List.of("--recipe", recipe, "--epochs", "1", "--out", out.toString(), "--json"));
    return arguments(call, more);
  }

  private static Call succeed(String... arguments) {
    Call call = Call.of(arguments);
    assertThat(call.exitCode()).as(call.err()).isZero();
    return call;
  }

  private static List<String> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void trainsTestsPredictsAndReproduces() throws IOException {
    String model = out.resolve("model.zip").toString();

    Call trained =
        succeed(
            train(
                out,
                "--groups",
                "(.*)_",
                "--test",
                signs.toString(),
                "--epochs",
                "2",
                "--augment",
                "rotate:10",
                "--class-weights",
                "balanced",
                "--schedule",
                "cosine",
                "--json"));

    assertThat(files(out))
        .containsExactly(
            "curves.png", "history.csv", "model.zip", "report.json", "test-classes.csv");
    assertThat(ImageIO.read(out.resolve("curves.png").toFile()).getWidth()).isGreaterThan(500);
    JsonNode report = new ObjectMapper().readTree(Files.readString(out.resolve("report.json")));
    assertThat(trained.json()).isEqualTo(report);
    assertThat(report.get("end").asText()).isEqualTo("all epochs are finished");
    assertThat(report.at("/options/optimizer").asText()).isEqualTo("adam:0.001");
    assertThat(report.at("/options/variants").asText()).isEqualTo("4");
    assertThat(report.get("testImages").asInt()).isEqualTo(36);
    for (String part : List.of("validation", "test")) {
      JsonNode figures = report.get(part);
      double accuracy = figures.get("accuracy").asDouble();
      String count = part.equals("test") ? "testImages" : "validImages";
      Interval interval = Run.interval(accuracy, report.get(count).asInt());
      assertThat(figures.get("accuracyLow").asDouble()).isEqualTo(interval.low());
      assertThat(figures.get("accuracyHigh").asDouble()).isEqualTo(interval.high());
      assertThat(trained.out())
          .contains(
              String.format(Locale.ROOT, "%s accuracy %.4f (%s), ", part, accuracy, interval));
    }
    // A third of the groups of each class validates: no group is on both sides.
    assertThat(report.get("trainImages").asInt()).isEqualTo(27);
    assertThat(report.get("validImages").asInt()).isEqualTo(9);
    assertThat(Files.readAllLines(out.resolve("test-classes.csv")))
        .hasSize(4)
        .first()
        .isEqualTo("class,images,precision,recall,f1");
    assertThat(trained.out())
        .contains(
            "validation accuracy ",
            "test accuracy ",
            "model: " + model,
            "use it: finetune-examples predict " + model);

    Call again = succeed("reproduce", model, "--data", signs.toString(), "--json");

    assertThat(again.json().get("equal").asBoolean()).isTrue();
    assertThat(again.err()).doesNotContain("finetune-examples: ");

    Call threads = Call.of("reproduce", model, "--data", signs.toString(), "--threads", "2");

    assertThat(threads.err())
        .startsWith(
            "finetune-examples: threads was 1 in the training and is 2 here: the weights may"
                + " differ");

    Path table = folder.resolve("table.csv");
    Files.writeString(signs.resolve("a/9_no, \"image\".png"), "text");
    Call predicted =
        Call.of("predict", model, signs.toString(), "--out", table.toString(), "--top", "2");

    assertThat(predicted.exitCode()).isEqualTo(1);
    assertThat(predicted.err())
        .isEqualTo(
            "finetune-examples: 1 of 37 images cannot be read: see the column error in "
                + table
                + System.lineSeparator());
    List<String> lines = Files.readAllLines(table);
    assertThat(lines).hasSize(38);
    assertThat(lines.get(0)).isEqualTo("path,class,probability,class2,probability2,error");
    assertThat(lines.get(1)).matches("a/0_0\\.png,[abc],0\\.\\d{6},[abc],0\\.\\d{6},");
    assertThat(lines).anyMatch(line -> line.startsWith("\"a/9_no, \"\"image\"\".png\",,,,,\""));

    Call other = Call.of("reproduce", model, "--data", signs.toString());

    assertThat(other.exitCode()).isEqualTo(1);
    assertThat(other.err()).contains("images must be the same files in the same classes");
  }

  /** The settings are those of the published experiment; options of the call take precedence. */
  @Test
  void trainsWithARecipe() throws IOException {
    Call trained = succeed(trainByRecipe("article"));

    JsonNode report = trained.json();
    assertThat(trained.err()).contains("recipe article: All settings are those of the published");
    assertThat(report.get("recipe").asText()).isEqualTo("article");
    JsonNode options = report.get("options");
    assertThat(options.get("freeze-all-but").asText()).isEqualTo("8");
    assertThat(options.get("head").asText()).isEqualTo("dense:128,dropout:0.6");
    assertThat(options.get("optimizer").asText()).isEqualTo("adam:1.0E-4");
    assertThat(options.get("batch").asText()).isEqualTo("32");
    assertThat(options.get("keep").asText()).isEqualTo("last");
    assertThat(options.get("epochs").asText()).isEqualTo("1");
    assertThat(report.get("epochs").asInt()).isEqualTo(1);

    String model = out.resolve("model.zip").toString();
    assertThat(succeed("reproduce", model, "--data", signs.toString()).out()).startsWith("equal: ");
  }

  /** The settings that a recipe chose are in the model, without the recipe. */
  @ParameterizedTest
  @CsvSource({"probe, only", "recommended, first"})
  void reproducesATrainingWithARecipe(String recipe, String probe) throws IOException {
    Call trained = succeed(trainByRecipe(recipe, "--groups", "(.*)_"));

    assertThat(files(out)).containsExactly("curves.png", "history.csv", "model.zip", "report.json");
    assertThat(trained.json().get("recipe").asText()).isEqualTo(recipe);
    assertThat(trained.json().at("/options/probe").asText()).isEqualTo(probe);
    assertThat(trained.err()).contains("recipe " + recipe + ": ");
    String model = out.resolve("model.zip").toString();
    assertThat(succeed("reproduce", model, "--data", signs.toString()).out()).startsWith("equal: ");
  }

  /** Writes weights of MobileNetV2 with its 1000 classes, as torchvision names them. */
  private Path weightsWithClasses() throws IOException {
    Definition network = new MobileNetV2().define(Form.square(32, Dialect.TORCHVISION, Top.LOGITS));
    Weights weights = RandomWeights.glorot(network.graph(), 1);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    network
        .tensorNames()
        .forEach(
            (name, layer) ->
                weights
                    .layer(layer)
                    .forEach(
                        (role, tensor) ->
                            tensors.put(
                                name + suffix(role),
                                tensor.shape().size() == 2 ? tensor.permute(1, 0) : tensor)));
    Path file = folder.resolve("mobilenetv2.safetensors");
    try (OutputStream to = Files.newOutputStream(file)) {
      SafetensorsWriter.write(tensors, to);
    }
    return file;
  }

  private static String suffix(ParameterRole role) {
    return switch (role) {
      case KERNEL, GAMMA -> ".weight";
      case MOVING_MEAN -> ".running_mean";
      case MOVING_VARIANCE -> ".running_var";
      default -> ".bias";
    };
  }

  /** The strength is in the model, and reproduce repeats the training. */
  @Test
  void trainsTheClassesOfThePretrainingToo() throws IOException {
    List<String> call = new ArrayList<>(List.of("train", signs.toString(), "--weights"));
    call.addAll(List.of(weightsWithClasses().toString(), "--size", "32", "--threads", "1"));
    call.addAll(List.of("--epochs", "1", "--out", out.toString(), "--json"));

    Call frozen = Call.of(arguments(call, "--co-tuning", "2.3"));
    assertThat(frozen.exitCode()).isEqualTo(2);
    assertThat(frozen.err())
        .contains("--co-tuning: Co-tuning must train layers of the backbone, got a backbone that");
    Call trained = succeed(arguments(call, "--co-tuning", "1.5", "--freeze-none"));

    assertThat(trained.json().at("/options/co-tuning").asText()).isEqualTo("1.5");
    String model = out.resolve("model.zip").toString();
    assertThat(succeed("reproduce", model, "--data", signs.toString()).out()).startsWith("equal: ");
  }

  @Test
  void refusesCoTuningWithoutTheClassesOfThePretraining() {
    List<String> call = new ArrayList<>(List.of("train", signs.toString()));
    call.addAll(NETWORK.subList(0, NETWORK.indexOf("--head")));
    Call random =
        Call.of(
            arguments(
                call,
                "--head",
                "gap",
                "--freeze-none",
                "--co-tuning",
                "2",
                "--out",
                out.toString()));
    Call negative = Call.of(train(out, "--co-tuning", "-1"));

    assertThat(random.exitCode()).isEqualTo(2);
    assertThat(random.err())
        .contains(
            "--co-tuning: Co-tuning must have a backbone with the classification layer of its"
                + " pretraining, got squeezenet without it");
    assertThat(negative.err()).contains("--co-tuning must be a number > 0");
    assertThat(out).doesNotExist();
  }

  /** The trials are in a table, and the training with the chosen settings can be reproduced. */
  @Test
  void searchesForTheBestSettings() throws IOException {
    Call trained =
        succeed(
            trainByRecipe(
                "best",
                "--minutes",
                "20",
                "--groups",
                "(.*)_",
                "--optimizer",
                "adamw:1e-3",
                "--augment",
                "signs",
                "--variants",
                "1",
                "--head",
                "gap"));

    assertThat(files(out))
        .containsExactly("curves.png", "history.csv", "model.zip", "report.json", "trials.csv");
    // What the call sets is not varied: neither rates nor augmentations nor heads nor sizes.
    assertThat(Files.readAllLines(out.resolve("trials.csv")).stream().skip(1))
        .extracting(line -> Splitter.on(',').splitToList(line).get(1))
        .contains("recommended", "first stage frozen")
        .doesNotContain("twice the learning rate", "no augmentation", "larger images");
    JsonNode report = trained.json();
    assertThat(report.get("recipe").asText()).isEqualTo("best");
    assertThat(report.get("views").asText()).isNotEmpty();
    assertThat(report.at("/validationWithViews/accuracy").isNumber()).isTrue();
    assertThat(trained.err()).contains("trial recommended, 1 epochs, ").contains("recipe best: ");
    String model = out.resolve("model.zip").toString();
    assertThat(succeed("reproduce", model, "--data", signs.toString()).out()).startsWith("equal: ");
  }

  /**
   * A confident model gets a lower loss from an average with other contents only where it is wrong:
   * on images whose class folders are exchanged.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "abc | signs;identity,zoom:8.0 | identity",
        "bca | identity,zoom:8.0 | identity,zoom:8.0"
      })
  void choosesViews(String folders, String choices, String expected) throws IOException {
    Path valid = folder.resolve("valid");
    for (String name : List.of("a", "b", "c")) {
      String other = String.valueOf(folders.charAt(name.charAt(0) - 'a'));
      Files.createDirectories(valid.resolve(other));
      for (String file : files(signs.resolve(name))) {
        Files.copy(signs.resolve(name).resolve(file), valid.resolve(other).resolve(file));
      }
    }

    Call trained =
        succeed(
            train(
                out,
                "--valid",
                valid.toString(),
                "--groups",
                "(.*)_",
                "--epochs",
                "20",
                "--learning-rate",
                "0.1",
                "--keep",
                "last",
                "--views",
                choices,
                "--json"));

    assertThat(trained.err())
        .contains("36 of 36 validation images are training images too, so results on them are");
    assertThat(trained.json().at("/options/views").asText())
        .isEqualTo(choices.replace("signs", Views.signs().notation()));
    assertThat(trained.json().get("views").asText()).isEqualTo(expected);
    String model = out.resolve("model.zip").toString();
    try (FineTunedModel read = FineTunedModel.load(Path.of(model))) {
      assertThat(read.views().notation()).isEqualTo(expected);
      assertThat(trained.json().at("/validationWithViews/loss").asDouble())
          .isEqualTo(read.evaluate(ClassFolders.read(valid)).loss());
    }
    assertThat(succeed("reproduce", model, "--data", signs + "", "--valid", valid + "").out())
        .startsWith("equal: ");
  }

  /** A model that was trained with converted images never sees others. */
  @Test
  void usesAModelWithTheColoursOfItsTraining() throws IOException {
    try (Stream<Path> all = Files.walk(signs)) {
      for (Path image : all.filter(Files::isRegularFile).toList()) {
        TestFiles.inLinearLight(image);
      }
    }
    Path file = out.resolve("model.zip");
    String image = signs.resolve("a/0_0.png").toString();

    Call trained = succeed(train(out, "--epochs", "1", "--colours", "srgb", "--json"));

    assertThat(trained.json().at("/options/colours").asText()).isEqualTo("srgb");
    try (FineTunedModel model = FineTunedModel.load(file)) {
      assertThat(model.colours()).isEqualTo(ColourRule.SRGB);
      ImageDataset images = ClassFolders.read(signs);
      double loss = model.evaluate(images.withColours(ColourRule.SRGB)).loss();
      assertThat(
              succeed("evaluate", file + "", "--data", signs + "", "--json")
                  .json()
                  .get("loss")
                  .asDouble())
          .isEqualTo(loss);
      assertThatThrownBy(() -> model.evaluate(images))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("colours of the training, srgb, got stored");
      Prediction.Score best = model.classify(Images.read(Path.of(image), ColourRule.SRGB)).best();
      assertThat(best.probability())
          .isNotEqualTo(
              model.classify(Images.read(Path.of(image))).probabilities().get(best.index()));
      assertThat(
              succeed("classify", file + "", image, "--json")
                  .json()
                  .at("/predictions/0/top/0/probability")
                  .asDouble())
          .isEqualTo(best.probability());
      Path csv = folder.resolve("predicted.csv");
      succeed("predict", file + "", signs + "", "--out", csv + "");
      assertThat(Files.readString(csv))
          .contains("a/0_0.png," + best.className() + "," + Csv.number(best.probability()));
    }
    assertThat(succeed("reproduce", file + "", "--data", signs + "").out()).startsWith("equal: ");

    Path next = folder.resolve("next");
    String[] more = {
      "train",
      signs + "",
      "--from",
      file + "",
      "--epochs",
      "1",
      "--out",
      next + "",
      "--threads",
      "1"
    };
    succeed(more);
    try (FineTunedModel model = FineTunedModel.load(next.resolve("model.zip"))) {
      assertThat(model.colours()).isEqualTo(ColourRule.SRGB);
    }
    Call other = Call.of(arguments(List.of(more), "--colours", "stored"));
    assertThat(other.exitCode()).isEqualTo(2);
    assertThat(other.err()).contains("--colours must come without --from");
  }

  /** The layers are in the model as an option of the training. */
  @Test
  void reproducesATrainingOnFeaturesOfSeveralLayers() throws IOException {
    Call trained =
        succeed(
            trainByRecipe(
                "probe", "--groups", "(.*)_", "--features", "fire3/concat, fire2/concat"));

    JsonNode report = trained.json();
    assertThat(report.at("/options/features").asText()).isEqualTo("fire3/concat,fire2/concat");
    assertThat(report.get("backbone").asText())
        .isEqualTo("squeezenet with features of fire3/concat, fire2/concat");
    String model = out.resolve("model.zip").toString();
    assertThat(succeed("reproduce", model, "--data", signs.toString()).out()).startsWith("equal: ");
    succeed("predict", model, signs.toString(), "--out", folder.resolve("table.csv").toString());
  }

  /** The usual head drops values without averaging them again. */
  @Test
  void trainsAHeadOnFeaturesOfSeveralLayers() throws IOException {
    List<String> call = new ArrayList<>(List.of("train", signs.toString()));
    call.addAll(NETWORK.subList(0, NETWORK.indexOf("--head")));
    call.addAll(List.of("--epochs", "1", "--out", out.toString(), "--json"));

    Call trained = succeed(arguments(call, "--features", "pool1,pool3"));

    assertThat(trained.json().at("/options/head").asText()).isEqualTo("dropout:0.2");
    String model = out.resolve("model.zip").toString();
    assertThat(succeed("reproduce", model, "--data", signs.toString()).out()).startsWith("equal: ");
  }

  @Test
  void takesTheOptionsOfARecipeFromTheCall() throws IOException {
    Call trained =
        succeed(
            train(
                out,
                "--recipe",
                "article",
                "--freeze-all",
                "--batch",
                "8",
                "--epochs",
                "2",
                "--learning-rate",
                "1e-3",
                "--keep",
                "best",
                "--json"));

    JsonNode options = trained.json().get("options");
    assertThat(options.get("freeze-all").asText()).isEqualTo("yes");
    assertThat(options.has("freeze-all-but")).isFalse();
    assertThat(options.get("head").asText()).isEqualTo("gap,batchnorm");
    assertThat(options.get("batch").asText()).isEqualTo("8");
    assertThat(options.get("optimizer").asText()).isEqualTo("adam:0.001");
    assertThat(options.get("keep").asText()).isEqualTo("best");
  }

  /** Each option changes the weights, and all of them are in the model. */
  @Test
  void reproducesEveryOptionOfTraining() throws IOException {
    succeed(
        train(
            out,
            "--epochs",
            "2",
            "--batch",
            "4",
            "--accumulate",
            "2",
            "--freeze-up-to",
            "fire6/concat",
            "--optimizer",
            "adamw:1e-3,decay=0.1",
            "--parameter-groups",
            "no-decay-for-biases-and-norms,stages:0.5",
            "--batch-norm-statistics",
            "moving",
            "--clip",
            "1",
            "--average",
            "0.5",
            "--sampling",
            "balanced",
            "--mix",
            "mixup:0.2",
            "--class-weights",
            "a=2,b=0.5",
            "--augment",
            "jpeg:40:60,rotate:10",
            "--early-stopping",
            "5,loss"));

    String model = out.resolve("model.zip").toString();
    JsonNode options =
        new ObjectMapper().readTree(Files.readString(out.resolve("report.json"))).get("options");
    assertThat(options.get("parameter-groups").asText())
        .isEqualTo("no-decay-for-biases-and-norms,stages:0.5");
    assertThat(options.get("augment").asText()).isEqualTo("jpeg:40:60,rotate:10");
    assertThat(options.get("early-stopping").asText()).isEqualTo("5,loss");
    assertThat(succeed("reproduce", model, "--data", signs.toString()).out()).startsWith("equal: ");
  }

  @Test
  void reproducesATrainingWithSmallerImages() throws IOException {
    Call trained = succeed(train(out, "--epochs", "3", "--smaller-until", "1:32,2:40", "--json"));

    assertThat(trained.json().at("/options/smaller-until").asText()).isEqualTo("1:32,2:40");
    assertThat(trained.json().at("/options/size").asText()).isEqualTo("48");
    assertThat(trained.json().get("keptEpoch").asInt()).isEqualTo(3);
    String model = out.resolve("model.zip").toString();
    assertThat(succeed("reproduce", model, "--data", signs.toString()).out()).startsWith("equal: ");
    Path next = folder.resolve("next");
    List<String> call = List.of("train", signs.toString(), "--from", model, "--epochs", "2");
    succeed(arguments(call, "--smaller-until", "1:40", "--out", next.toString()));
    assertThat(succeed("reproduce", next + "/model.zip", "--data", signs.toString()).out())
        .startsWith("equal: ");
  }

  @Test
  void refusesToReplaceAModel() throws IOException {
    Call first = succeed(train(out, "--epochs", "1", "--json"));
    byte[] model = Files.readAllBytes(out.resolve("model.zip"));

    Call second = Call.of(train(out, "--epochs", "1"));
    Call resumed = succeed(train(out, "--epochs", "1", "--resume", "--json"));

    assertThat(second.exitCode()).isEqualTo(1);
    assertThat(second.err())
        .startsWith("finetune-examples: --out must be a directory without a model, and " + out);
    assertThat(resumed.out()).startsWith("The training in " + out + " is finished");
    assertThat(resumed.json()).isEqualTo(first.json());
    assertThat(out.resolve("model.zip")).hasBinaryContent(model);
  }

  @Test
  void trainsOnTheImagesOfACsvFile() throws IOException {
    StringBuilder csv = new StringBuilder("file;sign\n");
    for (String name : List.of("a", "b", "c")) {
      for (String file : files(signs.resolve(name))) {
        csv.append(name).append('/').append(file).append(';').append("sign ").append(name);
        csv.append('\n');
      }
    }
    Path list = Files.writeString(signs.resolve("list.csv"), csv);
    List<String> call =
        new ArrayList<>(List.of("train", "--csv", list.toString(), "--path-column", "file"));
    call.addAll(NETWORK);

    succeed(arguments(call, "--label-column", "sign", "--epochs", "1", "--out", out.toString()));

    try (FineTunedModel model = FineTunedModel.load(out.resolve("model.zip"))) {
      assertThat(model.classNames()).containsExactly("sign a", "sign b", "sign c");
    }
    Call again = succeed("reproduce", out + "/model.zip", "--csv", list.toString());
    assertThat(again.out()).startsWith("equal: ");
  }

  @Test
  void trainsOnTagsAndOnValuesOfACsvFile() throws IOException {
    StringBuilder csv = new StringBuilder("path,tags,red,size\n");
    for (String name : List.of("a", "b", "c")) {
      for (String file : files(signs.resolve(name))) {
        String tags = name.equals("a") ? "round" : name.equals("b") ? "round;red" : "";
        int size = name.charAt(0) - 'a';
        csv.append(name + "/" + file + "," + tags + "," + (name.equals("b") ? 1 : 0));
        csv.append("," + size + "\n");
      }
    }
    String list = Files.writeString(signs.resolve("list.csv"), csv).toString();
    List<String> call = new ArrayList<>(List.of("train", "--csv", list, "--test", list));
    call.addAll(NETWORK);

    Call tags =
        succeed(arguments(call, "--tags", "tags", "--out", out.toString(), "--groups", "(.*)_"));
    Path probe = folder.resolve("probe");
    Call probed =
        Call.of(
            "train",
            "--csv",
            list,
            "--tags",
            "tags",
            "--weights",
            "random",
            "--recipe",
            "probe",
            "--out",
            probe.toString());
    assertThat(probed.exitCode()).isEqualTo(2);
    assertThat(probed.err())
        .contains("--recipe: A probe must be for images with classes, got tags")
        .doesNotContain("fault");
    assertThat(probe).doesNotExist();
    Call viewed =
        Call.of(arguments(call, "--tags", "tags", "--out", probe + "", "--views", "signs"));
    assertThat(viewed.exitCode()).isEqualTo(2);
    assertThat(viewed.err()).contains("--views must come with images of one class each, got tags");
    assertThat(probe).doesNotExist();
    Path values = folder.resolve("values");
    Call numbers =
        succeed(
            arguments(call, "--values", "size,red", "--out", values.toString(), "--epochs", "2"));

    assertThat(tags.out())
        .containsPattern(
            "validation mean average precision \\d.\\d{4}, loss \\d.\\d{4} on 9 images")
        .contains("test mean average precision ", "macro F1 ");
    assertThat(Files.readAllLines(out.resolve("test-tags.csv")).get(1)).startsWith("red,12,");
    assertThat(numbers.out()).contains("validation R² ", "mean absolute error ");
    assertThat(Files.readAllLines(values.resolve("test-values.csv"))).hasSize(3);
    assertThat(files(values))
        .containsExactly(
            "curves.png", "history.csv", "model.zip", "report.json", "test-values.csv");
    for (Path model : List.of(out, values)) {
      assertThat(succeed("reproduce", model + "/model.zip", "--csv", list).out())
          .startsWith("equal: ");
    }
    Path table = folder.resolve("table.csv");
    succeed("predict", out + "/model.zip", signs.toString(), "--out", table.toString());
    assertThat(Files.readAllLines(table))
        .hasSize(37)
        .first()
        .isEqualTo("path,tags,red,round,error");
    succeed("predict", values + "/model.zip", signs.toString(), "--out", table.toString());
    assertThat(Files.readAllLines(table).get(1))
        .matches("a/0_0\\.png,-?\\d\\.\\d{6},-?\\d\\.\\d{6},");
    Call top =
        Call.of("predict", out + "/model.zip", signs + "", "--out", table + "", "--top", "2");
    Call views =
        Call.of("predict", out + "/model.zip", signs + "", "--out", table + "", "--views", "signs");
    assertThat(views.exitCode()).isEqualTo(2);
    assertThat(views.err())
        .contains("--views must come with a model of classes, got a model of tags or values");
    assertThat(top.exitCode()).isEqualTo(2);
    assertThat(top.err())
        .startsWith(
            "finetune-examples: --top must come with a model of classes, got a model of tags or"
                + " values");
  }

  @Test
  void continuesAModelWithMoreClasses() throws IOException {
    succeed(train(out, "--epochs", "1"));
    Files.move(signs.resolve("b"), signs.resolve("d"));
    Path next = folder.resolve("next");

    succeed(
        "train",
        signs.toString(),
        "--from",
        out + "/model.zip",
        "--epochs",
        "1",
        "--out",
        next.toString());

    try (FineTunedModel model = FineTunedModel.load(next.resolve("model.zip"))) {
      assertThat(model.classNames()).containsExactly("a", "c", "d");
    }
    assertThat(succeed("reproduce", next + "/model.zip", "--data", signs.toString()).out())
        .startsWith("equal: ");
  }

  @Test
  void keepsTheLastGoodModelOfADivergedTraining() throws IOException {
    String[] call =
        train(out, "--epochs", "4", "--optimizer", "sgd:1e30", "--schedule", "onecycle,start=1e33");

    Call diverged = Call.of(call);

    assertThat(diverged.exitCode()).as(diverged.err()).isEqualTo(1);
    assertThat(diverged.err())
        .contains(
            "finetune-examples: Losses and weights must be finite; in epoch 2",
            "Lower the learning rate from 1.0E30",
            "The model after 1 epoch: " + out.resolve("last-good.zip"))
        .doesNotContain("lastFinite", "\tat ");
    assertThat(diverged.out()).isEmpty();
    assertThat(files(out))
        .containsExactly("curves.png", "history.csv", "last-good.zip", "report.json");

    succeed(train(out, "--epochs", "1"));
    assertThat(files(out)).containsExactly("curves.png", "history.csv", "model.zip", "report.json");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--class-weights | a=1,z=2 | z",
        "--loss | huber:1 | loss must support classes, got huber",
        "--batch | 23 | batch"
      })
  void refusesSettingsThatDoNotFitToTheImages(String option, String value, String message)
      throws IOException {
    Call call = Call.of(train(out, "--freeze-none", option, value));

    assertThat(call.exitCode()).as(call.err()).isEqualTo(2);
    assertThat(call.err())
        .contains(message, "Usage: finetune-examples train")
        .doesNotContain("fault");
    assertThat(out).doesNotExist();
  }

  @Test
  void endsInTimeAndLeavesNothingWithoutAModel() throws IOException {
    Call early = Call.of(train(out, "--minutes", "1e-9"));

    assertThat(early.exitCode()).as(early.err()).isEqualTo(1);
    assertThat(early.err())
        .contains("finetune-examples: The training must have time for a step before it ends");
    assertThat(out).doesNotExist();

    Call ended = succeed(train(out, "--freeze-none", "--epochs", "100000", "--minutes", "0.1"));

    assertThat(ended.out()).contains("; the time limit was reached)");
    assertThat(files(out)).containsExactly("curves.png", "history.csv", "model.zip", "report.json");
    assertThat(succeed("reproduce", out + "/model.zip", "--data", signs.toString()).out())
        .startsWith("equal: ");
  }

  /** A real process with real signals, which are sent when a line of output says where it is. */
  @ParameterizedTest
  @CsvSource({"INT, 130", "TERM, 143"})
  @DisabledOnOs(OS.WINDOWS)
  void stopsOnASignalAndResumesWithTheSameBits(String signal, int exitCode)
      throws IOException, InterruptedException {
    String[] options = {"--freeze-up-to-stage", "2", "--epochs", "80", "--keep", "last"};
    String[] call = train(out, options);

    List<String> lines = signalled(signal, exitCode, call);

    assertThat(lines)
        .contains("Stopping after this step; a second signal ends the process at once")
        .last()
        .asString()
        .matches(
            "finetune-examples: Stopped after \\d+ epochs?\\. The model so far:"
                + " .*model-so-far.zip\\. To continue, add --resume to the same command");
    assertThat(files(out))
        .containsExactly(
            "checkpoint", "curves.png", "history.csv", "model-so-far.zip", "report.json");

    Call refused = Call.of(call);
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.err()).contains("without an unfinished training", "add --resume");

    Call changed = Call.of(arguments(List.of(call), "--resume", "--batch", "4", "--seed", "1"));
    assertThat(changed.exitCode()).as(changed.err()).isEqualTo(2);
    assertThat(changed.err())
        .contains(
            "finetune-examples: --resume: A resumed training must have the settings that it started"
                + " with:\n  ",
            "\n  batch was 32, got 4\n",
            "seed was 42, got 1\n");

    // What a process leaves that is killed while it writes the model.
    Files.writeString(out.resolve("model.zip.1f2e.tmp"), "half a model");
    succeed(arguments(List.of(call), "--resume"));
    succeed(train(folder.resolve("whole"), options));

    assertThat(files(out)).containsExactly("curves.png", "history.csv", "model.zip", "report.json");
    assertThat(bits(out)).isEqualTo(bits(folder.resolve("whole")));
  }

  /** Calls the command line in a process and sends a signal after the second epoch. */
  private static List<String> signalled(String signal, int exitCode, String... call)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
    command.addAll(List.of(call));
    Process process = new ProcessBuilder(command).start();
    // Started before it is needed: on a busy machine, that may take as long as the training.
    Process sender =
        new ProcessBuilder("sh", "-c", "read go; kill -" + signal + " " + process.pid()).start();
    List<String> lines = new ArrayList<>();
    try (BufferedReader err = process.errorReader(StandardCharsets.UTF_8)) {
      for (String line = err.readLine(); line != null; line = err.readLine()) {
        lines.add(line);
        if (line.startsWith("epoch 2/")) {
          sender.getOutputStream().write('\n');
          sender.getOutputStream().close();
        }
      }
    }
    assertThat(sender.waitFor()).isZero();
    assertThat(process.waitFor()).as(lines.toString()).isEqualTo(exitCode);
    return lines;
  }

  private static List<List<Integer>> bits(Path folder) throws IOException {
    try (FineTunedModel model = FineTunedModel.load(folder.resolve("model.zip"))) {
      return model.graph().nodes().stream()
          .flatMap(
              node ->
                  node.parameters().stream().map(spec -> model.weights().tensor(node.name(), spec)))
          .map(TrainCommandTest::bits)
          .toList();
    }
  }

  private static List<Integer> bits(Tensor tensor) {
    List<Integer> bits = new ArrayList<>();
    for (float value : tensor.values()) {
      bits.add(Float.floatToRawIntBits(value));
    }
    return bits;
  }
}
