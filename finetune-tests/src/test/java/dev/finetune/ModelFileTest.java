package dev.finetune;

import static dev.finetune.head.HeadLayers.batchNorm;
import static dev.finetune.head.HeadLayers.dense;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.finetune.backbone.Backbone;
import dev.finetune.dl4j.Dl4jBackbone;
import dev.finetune.engine.EngineOptions;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.Input;
import dev.finetune.graph.layer.Padding;
import dev.finetune.graph.layer.Shape;
import dev.finetune.image.InputSpec;
import dev.finetune.image.Pixels;
import dev.finetune.image.Preprocessing;
import dev.finetune.testing.RandomBackbones;
import dev.finetune.testing.SyntheticImages;
import dev.finetune.train.Adam;
import dev.finetune.train.TrainOptions;
import dev.finetune.weights.RandomWeights;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.assertj.core.util.DoubleComparator;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

@Tag("numeric")
class ModelFileTest {

  /** Of probabilities: logits are of the size of one, and sums of some hundred float32 products. */
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
  void should_keep_all_that_is_known_of_the_model() throws IOException {
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

  /** Its file says which code computed, and nothing of Winograd's algorithm. */
  @Test
  void should_open_a_file_of_the_first_release() throws IOException {
    Path file = folder.resolve("model.zip");
    model.save(file);
    try (FileSystem zip = FileSystems.newFileSystem(file)) {
      Path entry = zip.getPath("finetune.json");
      ObjectNode json = (ObjectNode) new ObjectMapper().readTree(Files.readString(entry));
      assertThat(json.remove("winograd").asBoolean()).isTrue();
      assertThat(json.get("convolutions").asText()).isEqualTo("ONEDNN");
      assertThat(json.findValue("threads")).isNull();
      Files.writeString(entry, json.toString());
    }

    FineTunedModel loaded = FineTunedModel.load(file);

    assertThat(loaded.logits(IMAGES.load(0))).containsExactly(model.logits(IMAGES.load(0)));
  }

  @Test
  void should_compute_a_loaded_model_as_it_was_trained_or_as_said() throws IOException {
    FineTunedModel direct =
        FineTune.from(wide())
            .engine(EngineOptions.defaults().winograd(false))
            .train(IMAGES, IMAGES, TrainOptions.defaults().epochs(1));
    Path file = folder.resolve("model.zip");
    direct.save(file);
    Pixels image = IMAGES.load(0);

    float[] asSaved = FineTunedModel.load(file).logits(image);
    float[] said = FineTunedModel.load(file, EngineOptions.defaults()).logits(image);
    ImageClassifier winograd =
        ImageClassifier.of(direct.input(), direct.classNames(), direct.graph(), direct.weights());

    assertThat(asSaved).containsExactly(direct.logits(image));
    // Other bits where the CPU has Winograd's algorithm.
    assertThat(said).containsExactly(winograd.logits(image));
  }

  /** With a convolution that Winograd's algorithm is for. */
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

  /** Deeplearning4j alone opens the file and gives the same probabilities. */
  @Test
  void should_be_a_plain_deeplearning4j_graph() throws IOException {
    Path file = folder.resolve("model.zip");
    model.save(file);

    ComputationGraph plain = ModelSerializer.restoreComputationGraph(file.toFile());

    assertThat(plain.getConfiguration().toJson()).doesNotContain("dev.finetune");
    Pixels image = IMAGES.load(0);
    INDArray input = Nd4j.createFromArray(model.input().prepare(image)).reshape('c', 1, 3, 8, 8);
    double[] expected =
        model.classify(image).probabilities().stream().mapToDouble(p -> p).toArray();
    assertThat(plain.outputSingle(input).toDoubleVector())
        .containsExactly(expected, Offset.offset(TOLERANCE));
  }

  @Test
  void should_say_what_a_file_that_is_no_model_lacks() throws IOException {
    Path text = Files.writeString(folder.resolve("notes.txt"), "no zip at all");
    Path plain = folder.resolve("plain.zip");
    ModelSerializer.writeModel(model.network(), plain.toFile(), false);

    assertThatThrownBy(() -> FineTunedModel.load(text))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll("notes.txt", "finetune.json");
    assertThatThrownBy(() -> FineTunedModel.load(plain))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("ModelSerializer");
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

  /** What is in the entry of a model's zip that has its parameters, changed and put back. */
  private Path rewritten(UnaryOperator<byte[]> change) throws IOException {
    Path file = folder.resolve("crafted.zip");
    model.save(file);
    try (FileSystem zip = FileSystems.newFileSystem(file)) {
      Path entry = zip.getPath("coefficients.bin");
      Files.write(entry, change.apply(Files.readAllBytes(entry)));
    }
    return file;
  }

  /** The place of the second header, that of the values, and of the length in it. */
  private static int valuesHeader(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    buffer.position(2 + buffer.getShort(0)); // how it was allocated
    long length = buffer.getLong();
    buffer.position(buffer.position() + 2 + buffer.getShort(buffer.position())); // type
    return (int) (buffer.position() + length * Long.BYTES);
  }

  private static byte[] withLength(byte[] bytes, long length) {
    int at = valuesHeader(bytes);
    ByteBuffer.wrap(bytes).putLong(at + 2 + ByteBuffer.wrap(bytes).getShort(at), length);
    return bytes;
  }

  /** An array of its own that is whole, but of other values than the network has. */
  private static byte[] array(int values) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      Nd4j.write(Nd4j.ones(DataType.FLOAT, 1, values), new DataOutputStream(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, -1, Long.MAX_VALUE, Integer.MAX_VALUE})
  void should_refuse_another_length_in_the_header(long length) throws IOException {
    Path crafted = rewritten(bytes -> withLength(bytes, length));

    assertThatThrownBy(() -> FineTunedModel.load(crafted))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll("crafted.zip", "coefficients.bin", String.valueOf(length));
    assertThatThrownBy(() -> Dl4jBackbone.of("crafted", crafted, model.input()))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll("crafted.zip", "coefficients.bin");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 100_000})
  void should_refuse_another_number_of_values(int values) throws IOException {
    Path crafted = rewritten(bytes -> array(values));

    assertThatThrownBy(() -> FineTunedModel.load(crafted))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("crafted.zip");
  }

  @Test
  void should_refuse_values_that_are_not_finite() throws IOException {
    Path crafted =
        rewritten(
            bytes -> {
              ByteBuffer.wrap(bytes).putFloat(bytes.length - 4, Float.NaN);
              return bytes;
            });

    assertThatThrownBy(() -> FineTunedModel.load(crafted))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll("crafted.zip", "finite", "logits/");
  }

  @Test
  void should_refuse_class_names_that_are_not_distinct() throws IOException {
    Path crafted = folder.resolve("names.zip");
    model.save(crafted);
    try (FileSystem zip = FileSystems.newFileSystem(crafted)) {
      Path entry = zip.getPath("finetune.json");
      Files.writeString(entry, Files.readString(entry).replace("class-1", "class-0"));
    }

    assertThatThrownBy(() -> FineTunedModel.load(crafted))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll("names.zip", "distinct", "class-0");
  }

  /** A loaded model's backbone can be frozen by stages as the one it was trained from. */
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

  /** Files of the first release do not tell stages. */
  @Test
  void should_read_a_file_without_stages() throws IOException {
    Path file = folder.resolve("old.zip");
    model.save(file);
    try (FileSystem zip = FileSystems.newFileSystem(file)) {
      Path entry = zip.getPath("finetune.json");
      ObjectMapper mapper = new ObjectMapper();
      ObjectNode json = (ObjectNode) mapper.readTree(Files.readString(entry));
      assertThat(json.remove("stages")).isNotNull();
      Files.writeString(entry, mapper.writeValueAsString(json));
    }

    assertThat(FineTunedModel.load(file).graph().stages()).isEmpty();
  }

  @Test
  void should_tell_optimizer_loss_and_the_version_of_deeplearning4j() throws IOException {
    JsonNode provenance = new ObjectMapper().readTree(model.provenanceJson());
    String jar =
        ComputationGraph.class.getProtectionDomain().getCodeSource().getLocation().getPath();

    // Maven names a jar by its version.
    String version = provenance.get("deeplearning4j").asText();
    assertThat(version).isNotEqualTo("unknown");
    assertThat(jar).endsWith("deeplearning4j-nn-" + version + ".jar");
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
