package dev.finetune;

import static dev.finetune.head.HeadLayers.batchNorm;
import static dev.finetune.head.HeadLayers.dense;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import dev.finetune.backbone.Backbone;
import dev.finetune.dl4j.Dl4jModels;
import dev.finetune.engine.EngineOptions;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.Input;
import dev.finetune.graph.layer.Padding;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.graph.layer.Shape;
import dev.finetune.image.InputSpec;
import dev.finetune.image.Pixels;
import dev.finetune.image.Preprocessing;
import dev.finetune.testing.Fixtures;
import dev.finetune.testing.RandomBackbones;
import dev.finetune.testing.SyntheticImages;
import dev.finetune.train.Adam;
import dev.finetune.train.TrainOptions;
import dev.finetune.weights.RandomWeights;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.assertj.core.util.DoubleComparator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("numeric")
class ModelFileTest {

  /** For probabilities: logits are about 1, and sums of hundreds of float32 products. */
  private static final double TOLERANCE = 1e-5;

  private static final SyntheticImages IMAGES = new SyntheticImages(3, 6, 8, 1);
  private static FineTunedModel model;

  @TempDir Path folder;

  @BeforeAll
  static void train() {
    model =
        FineTune.from(RandomBackbones.backbone(6, 3))
            .freezeAllBut(2)
            .head(batchNorm(), dense(5))
            .train(IMAGES, IMAGES, TrainOptions.defaults().epochs(2).seed(9));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void should_give_bit_identical_logits_after_loading(long seed) throws IOException {
    FineTunedModel any =
        FineTune.from(RandomBackbones.backbone(7, seed))
            .freezeAllBut((int) (seed % 4))
            .head(batchNorm(), dense(5))
            .train(IMAGES, IMAGES, TrainOptions.defaults().epochs(1));
    Path file = folder.resolve("deeper/model.zip");
    any.save(file);

    FineTunedModel loaded = FineTunedModel.load(file);

    for (int i = 0; i < IMAGES.size(); i++) {
      assertThat(loaded.logits(IMAGES.load(i))).containsExactly(any.logits(IMAGES.load(i)));
    }
    assertThat(loaded.weights().tensors()).isEqualTo(any.weights().tensors());
  }

  @Test
  void should_keep_everything_about_the_model() throws IOException {
    Path file = folder.resolve("model.zip");
    model.save(file);

    FineTunedModel loaded = FineTunedModel.load(file);

    assertThat(loaded.classNames()).isEqualTo(model.classNames());
    assertThat(loaded.input()).isEqualTo(model.input());
    assertThat(loaded.history()).isEqualTo(model.history());
    assertThat(loaded.planJson()).isEqualTo(model.planJson());
    JsonNode provenance = new ObjectMapper().readTree(loaded.provenanceJson());
    assertThat(provenance.get("seed").asLong()).isEqualTo(9);
    assertThat(provenance.at("/optimizer/epsilon").asDouble()).isEqualTo(1e-7);
    assertThat(loaded.backbone().graph().names())
        .isEqualTo(RandomBackbones.backbone(6, 3).graph().names());
  }

  @Test
  void should_compute_a_loaded_model_with_the_saved_or_given_options() throws IOException {
    FineTunedModel direct =
        FineTune.from(wide())
            .engine(EngineOptions.defaults().winograd(false))
            .train(IMAGES, IMAGES, TrainOptions.defaults().epochs(1));
    Path file = folder.resolve("model.zip");
    direct.save(file);
    Pixels image = IMAGES.load(0);

    float[] asSaved = FineTunedModel.load(file).logits(image);
    float[] asGiven = FineTunedModel.load(file, EngineOptions.defaults()).logits(image);
    ImageClassifier winograd =
        ImageClassifier.of(direct.input(), direct.classNames(), direct.graph(), direct.weights());

    assertThat(asSaved).containsExactly(direct.logits(image));
    // The bits differ where the CPU has Winograd's algorithm.
    assertThat(asGiven).containsExactly(winograd.logits(image));
  }

  /** Returns a backbone with a convolution that is suitable for Winograd's algorithm. */
  private static Backbone wide() {
    LayerGraph graph =
        LayerGraph.builder()
            .add("in", new Input(Shape.image(3, 8, 8)))
            .then("first", new Conv2d(32, 3, 1, Padding.SAME, true, Activation.RELU))
            .then("second", new Conv2d(32, 3, 1, Padding.SAME, true, Activation.RELU))
            .build();
    return Backbone.of(
        "wide",
        new InputSpec(8, 8, Preprocessing.TF),
        graph,
        RandomWeights.glorot(graph, 1),
        "random");
  }

  @Test
  void should_refuse_files_that_are_not_models() throws IOException {
    Path text = Files.writeString(folder.resolve("notes.txt"), "no zip at all");
    Path plain = folder.resolve("plain.zip");
    Dl4jModels.write(model, plain);

    assertThatThrownBy(() -> FineTunedModel.load(text))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll("notes.txt", "a model file must be a zip with", "model.json");
    assertThatThrownBy(() -> FineTunedModel.load(plain))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll("plain.zip", "ModelSerializer");
    assertThatThrownBy(() -> FineTunedModel.load(folder.resolve("absent.zip")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("absent.zip");
  }

  @Test
  void should_refuse_a_cut_off_file() throws IOException {
    Path file = folder.resolve("model.zip");
    model.save(file);
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));

    assertThatThrownBy(() -> FineTunedModel.load(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("model.zip");
  }

  @Test
  void should_leave_nothing_behind_when_writing_fails() throws IOException {
    Path taken = Files.createDirectory(folder.resolve("model.zip"));
    Files.writeString(taken.resolve("file"), "so that the folder cannot be replaced");

    assertThatThrownBy(() -> model.save(taken)).isInstanceOf(IOException.class);

    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(taken);
    }
  }

  @Test
  void should_classify_several_images_as_one_by_one() {
    List<Pixels> images = List.of(IMAGES.load(0), IMAGES.load(1), IMAGES.load(2));

    assertThat(model.classify(images)).hasSize(3);
    for (int i = 0; i < images.size(); i++) {
      List<Double> together = model.classify(images).get(i).probabilities();
      List<Double> alone = model.classify(images.get(i)).probabilities();
      assertThat(together)
          .usingComparatorForType(new DoubleComparator(TOLERANCE), Double.class)
          .containsExactlyElementsOf(alone);
    }
  }

  /** The backbone of a loaded model can be frozen by stages. */
  @Test
  void should_keep_the_stages() throws IOException {
    LayerGraph graph =
        LayerGraph.builder()
            .add("in", new Input(Shape.image(3, 8, 8)))
            .then("first", Conv2d.plain(4, 3, 1, Padding.SAME))
            .stage("first")
            .then("second", Conv2d.plain(4, 3, 1, Padding.SAME))
            .stage("second")
            .build();
    Backbone staged =
        Backbone.of(
            "staged",
            new InputSpec(8, 8, Preprocessing.TF),
            graph,
            RandomWeights.glorot(graph, 1),
            "seed 1");
    Path file = folder.resolve("staged.zip");
    FineTune.from(staged).train(IMAGES, IMAGES, TrainOptions.defaults().epochs(1)).save(file);

    Backbone loaded = FineTunedModel.load(file).backbone();

    assertThat(loaded.graph().stages()).containsExactly("first", "second");
    assertThat(FineTune.from(loaded).freezeUpToStage(1).classes(3).plan().frozenLayers())
        .containsExactlyInAnyOrder("in", "first");
    assertThat(loaded.graph().upTo("first").stages()).containsExactly("first");
    assertThat(loaded.graph().toBuilder().build().stages()).containsExactly("first", "second");
  }

  /** Freezing by number must freeze the same layers in a loaded model. */
  @Test
  void should_keep_which_layers_are_counted() throws IOException {
    LayerGraph graph =
        LayerGraph.builder()
            .add("in", new Input(Shape.image(3, 8, 8)))
            .then("first", Conv2d.plain(4, 3, 1, Padding.SAME))
            .uncounted("first")
            .then("second", Conv2d.plain(4, 3, 1, Padding.SAME))
            .build();
    Backbone backbone =
        Backbone.of(
            "uncounted",
            new InputSpec(8, 8, Preprocessing.TF),
            graph,
            RandomWeights.glorot(graph, 1),
            "seed 1");
    Path file = folder.resolve("uncounted.zip");
    FineTune.from(backbone).train(IMAGES, IMAGES, TrainOptions.defaults().epochs(1)).save(file);

    assertThat(FineTunedModel.load(file).backbone().graph().counted())
        .containsExactly("in", "second");
  }

  @Test
  void should_load_a_file_of_the_first_version_of_format_2() throws IOException {
    FineTunedModel loaded = FineTunedModel.load(Fixtures.copy("format2.zip", folder));

    Fixtures.requireLogits(loaded, "format2.json");
    assertThat(loaded.graph().stages()).containsExactly("act", "scale");
    assertThat(loaded.history().epochs()).hasSize(2);
    assertThat(loaded.provenanceJson()).contains("\"seed\":4");
  }

  @Test
  void should_write_the_same_bytes_for_the_same_model() throws IOException {
    Path first = folder.resolve("first.zip");
    Path second = folder.resolve("second.zip");
    model.save(first);

    FineTunedModel.load(first).save(second);

    assertThat(second).hasSameBinaryContentAs(first);
  }

  @Test
  void should_replace_a_file() throws IOException {
    Path file = Files.writeString(folder.resolve("model.zip"), "something else");

    model.save(file);

    assertThat(FineTunedModel.load(file).classNames()).isEqualTo(model.classNames());
  }

  /** Other programs can read the entries. */
  @Test
  void should_be_a_zip_of_json_safetensors_and_sums() throws IOException {
    Path file = folder.resolve("model.zip");
    model.save(file);

    try (ZipFile zip = new ZipFile(file.toFile())) {
      List<String> names = zip.stream().map(ZipEntry::getName).toList();
      assertThat(names).containsExactly("SHA256SUMS", "model.json", "weights.safetensors");
      Path weights = folder.resolve("weights.safetensors");
      Files.copy(zip.getInputStream(zip.getEntry("weights.safetensors")), weights);
      Map<String, Tensor> tensors = SafetensorsFile.open(weights).read();
      assertThat(tensors.get("logits/bias"))
          .isEqualTo(model.weights().tensor("logits", ParameterRole.BIAS));
      assertThat(tensors).hasSize(model.weights().tensors().size());
      JsonNode json = new ObjectMapper().readTree(zip.getInputStream(zip.getEntry("model.json")));
      assertThat(json.get("format").intValue()).isEqualTo(2);
      assertThat(json.at("/engine/name").textValue()).isEqualTo("onednn");
      assertThat(json.at("/engine/winograd").booleanValue()).isTrue();
      String sums =
          new String(
              zip.getInputStream(zip.getEntry("SHA256SUMS")).readAllBytes(),
              StandardCharsets.US_ASCII);
      assertThat(sums)
          .endsWith(
              MoreFiles.asByteSource(weights).hash(Hashing.sha256()) + "  weights.safetensors\n");
    }
  }

  @Test
  void should_record_optimizer_loss_and_engine() throws IOException {
    JsonNode provenance = new ObjectMapper().readTree(model.provenanceJson());

    assertThat(provenance.get("engine").asText()).isEqualTo("onednn");
    assertThat(provenance.get("engineVersion").asText()).startsWith("oneDNN 2.5.2 (");
    assertThat(provenance.at("/loss/name").asText()).isEqualTo("crossentropy");
    assertThat(provenance.at("/loss/labelSmoothing").asDouble(1)).isZero();
    JsonNode optimizer = provenance.get("optimizer");
    assertThat(optimizer.get("name").asText()).isEqualTo("adam");
    Adam adam = (Adam) TrainOptions.defaults().optimizer();
    adam.settings()
        .forEach((name, value) -> assertThat(optimizer.get(name).asDouble()).isEqualTo(value));
    assertThat(adam.settings()).hasSize(Adam.class.getRecordComponents().length);
  }
}
