package dev.finetune;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.finetune.testing.ModelZips;
import dev.finetune.train.TrainOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Invalid files of models with tags and values whose checksums are correct. */
class TaskFileRefusalsTest {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir private static Path saved;
  @TempDir private Path folder;

  @BeforeAll
  static void train() throws IOException {
    TrainOptions options = TrainOptions.defaults().epochs(1);
    try (TagModel model =
        FineTune.from(SmallTraining.backbone())
            .train(Spots.tags(20, 1), Spots.tags(20, 2), options)) {
      model.save(saved.resolve("tags.zip"));
    }
    try (ValueModel model =
        FineTune.from(SmallTraining.backbone())
            .train(Spots.values(20, 1), Spots.values(20, 2), options)) {
      model.save(saved.resolve("values.zip"));
    }
  }

  private static Arguments json(String file, Consumer<ObjectNode> change, String... parts) {
    return Arguments.of(file, change, parts);
  }

  private static ObjectNode tags(ObjectNode json) {
    return json.withObject("/tags");
  }

  private static ObjectNode values(ObjectNode json) {
    return json.withObject("/values");
  }

  static Stream<Arguments> descriptions() {
    return Stream.of(
        // Exactly one kind of outputs.
        json(
            "tags.zip",
            j -> j.remove("tags"),
            "model.json: exactly one of [classNames, tags, values] must be present, got none"),
        json(
            "tags.zip",
            j -> j.putArray("classNames").add("a").add("b").add("c"),
            "exactly one of [classNames, tags, values] must be present, got [classNames, tags]"),
        json(
            "values.zip",
            j -> j.putObject("tags"),
            "exactly one of [classNames, tags, values] must be present, got [tags, values]"),
        // Tags.
        json("tags.zip", j -> j.put("tags", 1), "\"tags\" must be an object, got 1"),
        json(
            "tags.zip",
            j -> tags(j).remove("thresholds"),
            "\"tags.thresholds\" must be present, got none"),
        json(
            "tags.zip",
            j -> tags(j).put("extra", 1),
            "keys must be one of [names, thresholds], got \"tags.extra\""),
        json(
            "tags.zip",
            j -> tags(j).put("names", "row"),
            "\"tags.names\" must be an array, got \"row\""),
        json(
            "tags.zip",
            j -> tags(j).putArray("thresholds").add(0.5).add(1.5).add(0.5),
            "\"tags.thresholds[1]\" must be a number from 0.0 to 1.0, got 1.5"),
        json(
            "tags.zip",
            j -> tags(j).putArray("thresholds").add(0.5).add("0.5").add(0.5),
            "\"tags.thresholds[1]\" must be a number from 0.0 to 1.0, got \"0.5\""),
        json(
            "tags.zip",
            j -> tags(j).putArray("thresholds").add(0.5).add(0.5),
            "thresholds must have one number per tag (3), got 2"),
        json(
            "tags.zip",
            j -> tags(j).putArray("names").add("a").add("b").add("a"),
            "Tag names must be distinct, got more than once: [a]"),
        json(
            "tags.zip",
            j -> {
              tags(j).putArray("names").add("a").add("b");
              tags(j).putArray("thresholds").add(0.5).add(0.5);
            },
            "one value for each of the 2 tags, got 3"),
        json(
            "tags.zip",
            j -> {
              tags(j).putArray("names");
              tags(j).putArray("thresholds");
            },
            "at least 1 tag name, got none"),
        json(
            "tags.zip",
            j -> {
              ObjectNode history = j.withObject("/history");
              history.remove("score");
              history.putArray("epochs");
            },
            "The history of a model with tags must have the score MEAN_AVERAGE_PRECISION, got"
                + " ACCURACY"),
        // Values.
        json(
            "values.zip",
            j -> values(j).remove("means"),
            "\"values.means\" must be present, got none"),
        json(
            "values.zip",
            j -> values(j).putArray("means").add(1),
            "means must have one number per value (2), got 1"),
        json(
            "values.zip",
            j -> values(j).putArray("means").add(1).add(Double.POSITIVE_INFINITY),
            "\"values.means[1]\" must be a finite number"),
        json(
            "values.zip",
            j -> values(j).putArray("deviations").add(1).add(0),
            "\"values.deviations[1]\" must be a finite number that is at least 4.9E-324, got 0"),
        json(
            "values.zip",
            j -> values(j).putArray("deviations").add(1).add(-1),
            "\"values.deviations[1]\" must be a finite number that is at least"),
        json(
            "values.zip",
            j -> values(j).putArray("names").add("a").add("a"),
            "Value names must be distinct, got more than once: [a]"),
        json(
            "values.zip",
            j -> {
              ObjectNode tags = j.putObject("tags");
              tags.putArray("names").add("a").add("b");
              tags.putArray("thresholds").add(0.5).add(0.5);
              j.remove("values");
            },
            "The history of a model with tags must have the score MEAN_AVERAGE_PRECISION, got R2"));
  }

  @ParameterizedTest(name = "{index}: {2}")
  @MethodSource("descriptions")
  void refuses_a_wrong_description(String file, Consumer<ObjectNode> change, String... parts)
      throws IOException {
    Path crafted = folder.resolve(file);
    Map<String, byte[]> entries = ModelZips.read(saved.resolve(file));
    ObjectNode json = (ObjectNode) MAPPER.readTree(entries.get(ModelZips.JSON));
    change.accept(json);
    // JSON can have a number that is infinite as a double, but Jackson does not write it.
    String text = json.toString().replace("\"Infinity\"", "1e999");
    entries.put(ModelZips.JSON, text.getBytes(StandardCharsets.UTF_8));
    ModelZips.writeSummed(entries, crafted);

    assertThatThrownBy(() -> loadAny(crafted))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(crafted.toString())
        .hasMessageContainingAll(parts);
  }

  private static void loadAny(Path file) throws IOException {
    if (file.endsWith("tags.zip")) {
      TagModel.load(file).close();
    } else {
      ValueModel.load(file).close();
    }
  }
}
