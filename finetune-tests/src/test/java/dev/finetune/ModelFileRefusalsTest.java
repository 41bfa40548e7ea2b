package dev.finetune;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.finetune.data.UnreadableFileException;
import dev.finetune.testing.Fixtures;
import dev.finetune.testing.ModelZips;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Invalid model files whose checksums are correct. */
class ModelFileRefusalsTest {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir Path folder;

  private Path crafted;
  private Map<String, byte[]> entries;

  @BeforeEach
  void read() throws IOException {
    crafted = folder.resolve("crafted.zip");
    entries = ModelZips.read(Fixtures.copy("format2.zip", folder));
  }

  private byte[] entry(String name) {
    return requireNonNull(entries.get(name), name);
  }

  private void requireRefused(String... parts) {
    assertThatThrownBy(() -> FineTunedModel.load(crafted))
        .isInstanceOf(UnreadableFileException.class)
        .hasMessageStartingWith(crafted.toString())
        .hasMessageContainingAll(parts)
        .hasFieldOrPropertyWithValue("file", crafted.toString());
  }

  private static Arguments json(Consumer<ObjectNode> change, String... parts) {
    return Arguments.of(change, parts);
  }

  private static ObjectNode layer(ObjectNode json, int index) {
    return (ObjectNode) json.get("graph").get(index).get("layer");
  }

  /** Sets a single view, and returns it. */
  private static ObjectNode view(ObjectNode json) {
    return json.putArray("views")
        .addObject()
        .put("zoom", 2.0)
        .put("right", 0.0)
        .put("down", 0.0)
        .put("degrees", 0.0)
        .put("mirrored", false);
  }

  private static ObjectNode epoch(ObjectNode json) {
    return (ObjectNode) json.get("history").get("epochs").get(0);
  }

  static Stream<Arguments> descriptions() {
    return Stream.of(
        // The version.
        json(j -> j.remove("format"), "\"format\" must be the integer 2, got none"),
        json(j -> j.put("format", 2.0), "\"format\" must be the integer 2, got 2.0"),
        json(j -> j.put("format", "2"), "\"format\" must be the integer 2, got \"2\""),
        json(j -> j.putNull("format"), "\"format\" must be the integer 2, got null"),
        json(j -> j.put("format", 1), "\"format\" must be the integer 2, got 1"),
        json(j -> j.put("format", 3), "got 3; a newer version of this library"),
        json(
            j -> j.put("format", BigInteger.TWO.pow(32).add(BigInteger.TWO)),
            "got 4294967298; a newer version"),
        // Keys.
        json(
            j -> j.remove("classNames"),
            "exactly one of [classNames, tags, values] must be present, got none"),
        json(j -> j.remove("input"), "\"input\" must be present"),
        json(j -> j.remove("engine"), "\"engine\" must be present"),
        json(j -> j.remove("backboneOutput"), "\"backboneOutput\" must be present"),
        json(j -> j.remove("graph"), "\"graph\" must be present"),
        json(j -> j.remove("stages"), "\"stages\" must be present"),
        json(j -> j.remove("uncounted"), "\"uncounted\" must be present"),
        json(j -> j.remove("plan"), "\"plan\" must be present"),
        json(j -> j.remove("history"), "\"history\" must be present"),
        json(j -> j.remove("provenance"), "\"provenance\" must be present"),
        json(j -> j.put("extra", 1), "keys must be one of [format, input", "got \"extra\""),
        json(
            j -> j.withObject("/input").put("depth", 3),
            "keys must be one of",
            "got \"input.depth\""),
        json(j -> j.withObject("/input").remove("width"), "\"input.width\" must be present"),
        json(j -> epoch(j).remove("seconds"), "\"history.epochs[0].seconds\" must be present"),
        // Types and ranges.
        json(j -> j.put("classNames", "a"), "\"classNames\" must be an array, got \"a\""),
        json(
            j -> j.putArray("classNames").add("a").add("b").add(3),
            "\"classNames\" must be an array of strings"),
        json(
            j -> j.putArray("classNames").add("a").add("b").add("a"),
            "Class names must be distinct, got more than once: [a]"),
        json(j -> j.putArray("classNames").add("a"), "at least 2 classes"),
        json(
            j -> j.putArray("classNames").add("a").add("b"),
            "one value for each of the 2 classes, got 3"),
        json(
            j -> j.withObject("/input").put("height", 8.5),
            "\"input.height\" must be an integer from 1 to 2147483647, got 8.5"),
        json(j -> j.withObject("/input").put("height", 0), "\"input.height\" must be an integer"),
        json(
            j -> j.withObject("/input").put("height", 1L << 40),
            "\"input.height\" must be an integer from 1 to 2147483647, got 1099511627776"),
        json(j -> j.withObject("/input").put("height", "8"), "\"input.height\"", "got \"8\""),
        json(j -> j.withObject("/input").put("height", 16), "one input", "3x16x8"),
        json(
            j -> j.withObject("/input").put("preprocessing", "tf"),
            "\"input.preprocessing\" must be one of [CAFFE, TF, TORCH, UNIT, NONE], got \"tf\""),
        json(j -> j.withObject("/engine").put("winograd", 1), "\"engine.winograd\" must be true"),
        json(j -> j.withObject("/engine").put("name", 1), "\"engine.name\" must be a string"),
        json(
            j -> j.put("backboneOutput", "nowhere"),
            "The output of the backbone must be a layer",
            "nowhere"),
        json(j -> j.putArray("plan"), "\"plan\" must be an object, got []"),
        json(
            j -> j.withObject("/plan").put("far", Double.POSITIVE_INFINITY),
            "\"plan\" must be an object of finite numbers"),
        json(j -> j.put("provenance", "mine"), "\"provenance\" must be an object"),
        json(
            j -> j.withObject("/provenance").put("colours", "cmyk"),
            "colours must be stored or srgb, got cmyk"),
        json(
            j -> j.putArray("stages").add("nowhere"),
            "\"stages\" must be an array of layer names of the graph, got nowhere"),
        json(j -> j.putArray("stages").add(1), "\"stages\" must be an array of strings"),
        json(
            j -> j.putArray("uncounted").add("nowhere"),
            "\"uncounted\" must be an array of layer names of the graph, got nowhere"),
        // The views.
        json(j -> j.put("views", "signs"), "\"views\" must be an array, got \"signs\""),
        json(j -> j.putArray("views"), "There must be from 1 to 64 views, got 0"),
        json(j -> view(j).remove("degrees"), "\"views[0].degrees\" must be present"),
        json(
            j -> view(j).put("shear", 1),
            "keys must be one of [zoom, right, down, degrees, mirrored], got \"views[0].shear\""),
        json(
            j -> view(j).put("zoom", 0),
            "\"views[0].zoom\" must be a number from 0.1 to 10.0, got 0"),
        json(
            j -> view(j).put("right", "0"),
            "\"views[0].right\" must be a number from -1.0 to 1.0, got \"0\""),
        json(j -> view(j).put("down", 1), "right and down must be in (-1, 1), got 0.0 and 1.0"),
        json(j -> view(j).put("degrees", 181), "\"views[0].degrees\"", "got 181"),
        json(j -> view(j).put("mirrored", 1), "\"views[0].mirrored\" must be true or false"),
        json(
            j -> {
              ObjectNode same = view(j).deepCopy();
              j.withArray("/views").add(same);
            },
            "Views must be distinct, got [zoom:2.0, zoom:2.0]"),
        json(
            j -> {
              view(j);
              j.remove("classNames");
              j.putObject("tags").putArray("names").add("a").add("b").add("c");
              j.withObject("/tags").putArray("thresholds").add(0.5).add(0.5).add(0.5);
            },
            "Only a model with classes can have views, got the views zoom:2.0 of a model with"
                + " tags"),
        // The history.
        json(
            j -> epoch(j).put("epoch", 2),
            "\"history.epochs[0].epoch\" must be 1, its position in the array, got 2"),
        json(j -> epoch(j).put("epoch", 0), "\"history.epochs[0].epoch\" must be an integer"),
        json(
            j -> epoch(j).put("trainAccuracy", 1.5),
            "\"history.epochs[0].trainAccuracy\" must be a number from 0.0 to 1.0, got 1.5"),
        json(
            j -> epoch(j).put("trainLoss", Double.POSITIVE_INFINITY),
            "\"history.epochs[0].trainLoss\" must be a finite number"),
        json(
            j -> epoch(j).put("trainLoss", "NaN"),
            "\"history.epochs[0].trainLoss\" must be a finite number, got \"NaN\""),
        json(
            j -> j.withObject("/history").put("stemSeconds", -1),
            "\"history.stemSeconds\" must be a finite number that is at least 0.0, got -1"),
        json(
            j -> j.withObject("/history").put("comparableFrom", 0),
            "\"history.comparableFrom\" must be an integer"),
        json(
            j -> j.withObject("/history").put("comparableFrom", 9),
            "\"history.comparableFrom\" must be an epoch from 1 to ",
            ", got 9"),
        json(
            j -> j.withObject("/history").putArray("epochs").add(1),
            "\"history.epochs[0]\" must be an object, got 1"),
        // Layers.
        json(j -> layer(j, 1).put("stride", 0), "\"graph[1].layer\"", "positive"),
        json(j -> layer(j, 1).put("filters", 1.5), "\"graph[1].layer\"", "1.5"),
        json(j -> layer(j, 1).put("filters", "4"), "\"graph[1].layer\"", "String value"),
        json(j -> layer(j, 1).putNull("filters"), "\"graph[1].layer\"", "filters"),
        json(j -> layer(j, 1).remove("filters"), "\"graph[1].layer\"", "filters"),
        json(j -> layer(j, 1).put("filters", 1L << 40), "\"graph[1].layer\"", "range"),
        json(j -> layer(j, 1).put("colour", 1), "\"graph[1].layer\"", "colour"),
        json(j -> layer(j, 1).put("padding", 1), "\"graph[1].layer\"", "Padding"),
        json(j -> layer(j, 1).put("padding", "same"), "\"graph[1].layer\"", "same"),
        json(j -> layer(j, 1).putNull("padding"), "\"graph[1].layer\"", "padding"),
        json(j -> layer(j, 1).put("bias", 0), "\"graph[1].layer\"", "oolean"),
        json(j -> layer(j, 1).put("kind", "Conv3d"), "\"graph[1].layer\"", "Conv3d"),
        json(j -> layer(j, 1).remove("kind"), "\"graph[1].layer\"", "kind"),
        json(j -> layer(j, 2).put("epsilon", "NaN"), "\"graph[2].layer\"", "epsilon"),
        json(j -> layer(j, 2).put("momentum", "NaN"), "\"graph[2].layer\"", "momentum"),
        json(j -> layer(j, 5).put("initial", "Infinity"), "\"graph[5].layer\"", "finite"),
        json(
            j -> ((ObjectNode) j.get("graph").get(1)).put("layer", 1),
            "\"graph[1].layer\" must be an object, got 1"),
        json(
            j -> ((ObjectNode) j.get("graph").get(1)).putNull("layer"),
            "\"graph[1].layer\" must be an object, got null"),
        json(
            j -> ((ObjectNode) j.get("graph").get(1)).put("more", 1),
            "keys must be one of [name, layer, inputs], got \"graph[1].more\""),
        json(
            j -> ((ObjectNode) j.get("graph").get(1)).put("inputs", "in"),
            "\"graph[1].inputs\" must be an array"),
        json(
            j -> ((ObjectNode) j.get("graph").get(1)).put("name", "in"),
            "Layer names must be unique, got \"in\" twice"),
        json(
            j -> ((ArrayNode) j.get("graph")).removeAll(),
            "\"graph\" must be an array of at least one layer, got []"));
  }

  @ParameterizedTest(name = "{index}: {1}")
  @MethodSource("descriptions")
  void should_refuse_a_wrong_description(Consumer<ObjectNode> change, String... parts)
      throws IOException {
    ObjectNode json = (ObjectNode) MAPPER.readTree(entries.get(ModelZips.JSON));
    change.accept(json);
    // JSON can have a number that is infinite as a double, but Jackson does not write it.
    String text = json.toString().replace("\"Infinity\"", "1e999");
    entries.put(ModelZips.JSON, text.getBytes(StandardCharsets.UTF_8));
    ModelZips.writeSummed(entries, crafted);

    requireRefused(parts);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} {} | must be valid JSON",
        "{\"format\": 2, \"format\": 2} | Duplicate",
        "{\"format\": NaN} | must be valid JSON",
        "{\"format\": | must be valid JSON",
        "[1] | \"format\" must be the integer 2, got none",
        "'' | \"format\" must be the integer 2, got none",
      })
  void should_refuse_other_text(String text, String part) throws IOException {
    entries.put(ModelZips.JSON, text.getBytes(StandardCharsets.UTF_8));
    ModelZips.writeSummed(entries, crafted);

    requireRefused("model.json", part);
  }

  @Test
  void should_refuse_deep_nesting() throws IOException {
    String text = "{\"plan\":" + "[".repeat(1_000_000);
    entries.put(ModelZips.JSON, text.getBytes(StandardCharsets.UTF_8));
    ModelZips.writeSummed(entries, crafted);

    requireRefused("model.json", "nesting");
  }

  /** A layer with a huge size must not cause an allocation of its weights. */
  @Test
  void should_not_allocate_missing_weights() throws IOException {
    ObjectNode json = (ObjectNode) MAPPER.readTree(entries.get(ModelZips.JSON));
    layer(json, 7).put("units", 300_000_000);
    entries.put(ModelZips.JSON, json.toString().getBytes(StandardCharsets.UTF_8));
    ModelZips.writeSummed(entries, crafted);

    requireRefused(
        "weights.safetensors",
        "head/dense/kernel must be F32 [6, 300000000], got F32 [6, 5]",
        "logits/kernel must be F32 [300000000, 3]");
  }

  /** Writes the weights with another header and the same values. */
  private void header(UnaryOperator<String> change) throws IOException {
    ByteBuffer old = ByteBuffer.wrap(entries.get(ModelZips.WEIGHTS));
    int length = (int) old.order(ByteOrder.LITTLE_ENDIAN).getLong();
    String text = new String(old.array(), 8, length, StandardCharsets.UTF_8);
    byte[] changed = change.apply(text).getBytes(StandardCharsets.UTF_8);
    ByteBuffer made =
        ByteBuffer.allocate(8 + changed.length + old.capacity() - 8 - length)
            .order(ByteOrder.LITTLE_ENDIAN);
    made.putLong(changed.length).put(changed);
    made.put(old.array(), 8 + length, old.capacity() - 8 - length);
    entries.put(ModelZips.WEIGHTS, made.array());
    ModelZips.writeSummed(entries, crafted);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"logits/bias\" | \"logits/gamma\" | missing: logits/bias [3]; extra: logits/gamma",
        "\"shape\":[3] | \"shape\":[1,3] | logits/bias must be F32 [3], got F32 [1, 3]",
        "\"shape\":[3] | \"shape\":[\"3\"] | shape: must be an array of whole numbers from 0",
        "\"shape\":[3] | \"shape\":[4294967299] | truncated or damaged",
        "\"shape\":[3] | \"shape\":[65536,65536,65536,65536,3] | truncated or damaged",
        "\"shape\":[5,3] | \"shape\":[3,5] | logits/kernel must be F32 [5, 3], got F32 [3, 5]",
        "\"data_offsets\":[0, | \"data_offsets\":[4, | truncated or damaged",
        "{\"conv/kernel\" | {\"conv/kernel\":1,\"conv/kernel\" | must be an object",
        "}} | },\"conv/kernel\":{}} | must be JSON: Duplicate field",
      })
  void should_refuse_other_tensors(String from, String to, String part) throws IOException {
    header(text -> text.replace(from, to));

    requireRefused("weights.safetensors", part);
  }

  @Test
  void should_refuse_bytes_that_belong_to_no_tensor() throws IOException {
    byte[] old = entry(ModelZips.WEIGHTS);
    byte[] longer = new byte[old.length + 4];
    System.arraycopy(old, 0, longer, 0, old.length);
    entries.put(ModelZips.WEIGHTS, longer);
    ModelZips.writeSummed(entries, crafted);

    requireRefused("weights.safetensors", "must end at the last byte");
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void should_refuse_values_that_are_not_finite(float value) throws IOException {
    byte[] weights = entry(ModelZips.WEIGHTS);
    ByteBuffer.wrap(weights).order(ByteOrder.LITTLE_ENDIAN).putFloat(weights.length - 4, value);
    ModelZips.writeSummed(entries, crafted);

    requireRefused("weights.safetensors", "finite", "logits/bias", String.valueOf(value));
  }

  // The zip and the checksums.

  @ParameterizedTest
  @ValueSource(strings = {ModelZips.SUMS, ModelZips.JSON, ModelZips.WEIGHTS})
  void should_refuse_a_missing_entry(String name) throws IOException {
    entries.remove(name);
    ModelZips.write(entries, crafted);

    requireRefused("entry must be " + name);
  }

  @Test
  void should_refuse_an_unknown_entry() throws IOException {
    entries.put("notes.txt", new byte[1]);
    ModelZips.write(entries, crafted);

    requireRefused(
        "the entries must be [SHA256SUMS, model.json, weights.safetensors]", "notes.txt");
  }

  @Test
  void should_refuse_another_order() throws IOException {
    List<String> names = new ArrayList<>(entries.keySet());
    Collections.reverse(names);
    Map<String, byte[]> reversed = new LinkedHashMap<>();
    names.forEach(name -> reversed.put(name, entries.get(name)));
    ModelZips.write(reversed, crafted);

    requireRefused("the next entry must be SHA256SUMS, got weights.safetensors");
  }

  /** ZipOutputStream refuses to repeat a name, so another name of the same length is replaced. */
  @Test
  void should_refuse_an_entry_twice() throws IOException {
    entries.put("model.txt!", entries.get(ModelZips.JSON));
    ModelZips.write(entries, crafted);
    String bytes = Files.readString(crafted, StandardCharsets.ISO_8859_1);
    Files.writeString(
        crafted, bytes.replace("model.txt!", ModelZips.JSON), StandardCharsets.ISO_8859_1);

    requireRefused("got also model.json");
  }

  @Test
  void should_refuse_compressed_entries() throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(crafted))) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
      }
    }

    requireRefused("entry SHA256SUMS: must be stored without compression");
  }

  @ParameterizedTest
  @ValueSource(strings = {ModelZips.JSON, ModelZips.WEIGHTS})
  void should_refuse_an_entry_of_another_sum(String name) throws IOException {
    byte[] content = entry(name);
    content[content.length - 2] ^= 1;
    ModelZips.write(entries, crafted);

    requireRefused("entry " + name + ": is damaged: its SHA-256 must be");
  }

  @Test
  void should_refuse_sums_of_other_entries() throws IOException {
    String sums = new String(entries.get(ModelZips.SUMS), StandardCharsets.US_ASCII);
    for (String other :
        List.of(
            "",
            sums + "\n",
            sums.replace("model.json", "model.yaml"),
            sums.replaceFirst("[0-9a-f]", "g"),
            sums.substring(0, sums.length() - 1),
            sums.lines().skip(1).findFirst().orElseThrow() + "\n")) {
      entries.put(ModelZips.SUMS, other.getBytes(StandardCharsets.US_ASCII));
      ModelZips.write(entries, crafted);

      requireRefused("SHA256SUMS: must have a line with the SHA-256 of each of");
    }
  }

  @Test
  void should_refuse_sums_and_descriptions_that_are_too_long() throws IOException {
    entries.put(ModelZips.SUMS, new byte[4097]);
    ModelZips.write(entries, crafted);
    requireRefused("entry SHA256SUMS: must have at most 4096 bytes");

    entries.put(ModelZips.JSON, new byte[(16 << 20) + 1]);
    ModelZips.writeSummed(entries, crafted);
    requireRefused("entry model.json: must have at most 16777216 bytes");
  }

  /** The zip declares an entry larger than the file. */
  @ParameterizedTest
  @ValueSource(strings = {ModelZips.SUMS, ModelZips.JSON, ModelZips.WEIGHTS})
  void should_not_allocate_a_missing_entry(String name) throws IOException {
    ModelZips.write(entries, crafted);
    byte[] bytes = Files.readAllBytes(crafted);
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    int at = text.indexOf("PK\003\004"); // a local header; the name is at offset 30
    while (!text.startsWith(name, at + 30)) {
      at = text.indexOf("PK\003\004", at + 1);
    }
    ByteBuffer.wrap(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(at + 18, 0x7fffffff)
        .putInt(at + 22, 0x7fffffff);
    Files.write(crafted, bytes);

    requireRefused("entry " + name + ": must have at most", "2147483647");
  }

  @Test
  void should_not_allocate_a_missing_header() throws IOException {
    ByteBuffer.wrap(entries.get(ModelZips.WEIGHTS))
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(90_000_000);
    ModelZips.writeSummed(entries, crafted);

    requireRefused("weights.safetensors: a safetensors header must have 2 to", "90000000");
  }
}
