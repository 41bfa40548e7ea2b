package dev.finetune.weights.safetensors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.finetune.data.UnreadableFileException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Parses the text of a header without a tree of it, which would take many times its memory. What
 * the reference reader refuses is refused; so are keys that occur twice, which it does not see and
 * the format forbids.
 */
final class HeaderText {

  /** The key for information about the whole file. It is not a tensor. */
  private static final String METADATA = "__metadata__";

  private static final int MAX_DEPTH = 127; // the limit of the reference reader

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
          .build();

  private final String source;
  private final JsonParser parser;

  private HeaderText(String source, JsonParser parser) {
    this.source = source;
    this.parser = parser;
  }

  /**
   * Returns the tensors in the order of the text.
   *
   * @param source the name of the input, for messages
   * @throws UnreadableFileException if the text is not a header
   */
  static Map<String, StoredTensor> parse(String source, String text) throws IOException {
    if (text.charAt(0) != '{') {
      throw new UnreadableFileException(
          source,
          "",
          "the safetensors header must begin with {, got the character number "
              + (int) text.charAt(0));
    }
    try (JsonParser parser = FACTORY.createParser(text)) {
      return new HeaderText(source, parser).tensors();
    } catch (JsonProcessingException e) {
      throw new UnreadableFileException(
          source, "", "the safetensors header must be JSON: " + e.getOriginalMessage(), e);
    }
  }

  private Map<String, StoredTensor> tensors() throws IOException {
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    parser.nextToken();
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      parser.nextToken();
      if (name.equals(METADATA)) {
        skipMetadata();
      } else {
        tensors.put(name, tensor(name));
      }
    }
    if (parser.nextToken() != null) {
      throw new UnreadableFileException(
          source, "", "the safetensors header must be one JSON object, got more text behind it");
    }
    return tensors;
  }

  /** The information is text by name. */
  private void skipMetadata() throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_NULL) {
      return;
    }
    require(METADATA, parser.currentToken() == JsonToken.START_OBJECT, "an object of strings");
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      requireCharacters(METADATA, parser.currentName());
      require(METADATA, parser.nextToken() == JsonToken.VALUE_STRING, "an object of strings");
      requireCharacters(METADATA, parser.getText());
    }
  }

  private StoredTensor tensor(String name) throws IOException {
    requireCharacters("a name", name);
    String place = "tensor " + name;
    require(place, parser.currentToken() == JsonToken.START_OBJECT, "an object");
    @Nullable NumberType type = null;
    @Nullable List<Long> shape = null;
    @Nullable List<Long> range = null;
    for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
      parser.nextToken();
      switch (key) {
        case "dtype" -> type = type(place);
        case "shape" -> shape = numbers(place + ": shape");
        case "data_offsets" -> range = numbers(place + ": data_offsets");
        default -> parser.skipChildren(); // as the reference reader does
      }
    }
    if (type == null || shape == null || range == null || range.size() != 2) {
      throw new UnreadableFileException(
          source,
          place,
          "dtype, shape and two data_offsets must be present, got "
              + (type == null ? "no dtype" : shape == null ? "no shape" : "other data_offsets"));
    }
    return checked(place, name, type, shape, range.get(0), range.get(1));
  }

  private StoredTensor checked(
      String place, String name, NumberType type, List<Long> shape, long from, long to)
      throws IOException {
    long bytes = bytes(type, shape);
    if (to < from || bytes != to - from) {
      throw new UnreadableFileException(
          source,
          place,
          String.format(
              "the byte range must match the shape %s and type %s, got %d to %d: the file is"
                  + " truncated or damaged",
              shape, type, from, to));
    }
    List<Integer> sides = new ArrayList<>();
    for (long dimension : shape) {
      if (dimension > Integer.MAX_VALUE || bytes / type.bytes() > Integer.MAX_VALUE) {
        throw new UnreadableFileException(
            source,
            place,
            "dimensions, and their product, must be at most "
                + Integer.MAX_VALUE
                + ", got the shape "
                + shape);
      }
      sides.add((int) dimension);
    }
    return new StoredTensor(name, type, sides, from, to);
  }

  /** Returns the number of bytes of all values; -1 if it is beyond all numbers. */
  private static long bytes(NumberType type, List<Long> shape) {
    try {
      long count = 1;
      for (long dimension : shape) {
        count = Math.multiplyExact(count, dimension);
      }
      return Math.multiplyExact(count, type.bytes());
    } catch (ArithmeticException e) {
      return -1;
    }
  }

  private NumberType type(String place) throws IOException {
    require(place + ": dtype", parser.currentToken() == JsonToken.VALUE_STRING, "a string");
    String text = parser.getText();
    for (NumberType type : NumberType.values()) {
      if (type.name().equals(text)) {
        return type;
      }
    }
    throw new UnreadableFileException(
        source, place, "the type must be one of " + List.of(NumberType.values()) + ", got " + text);
  }

  /** Reads an array of whole numbers from 0. */
  private List<Long> numbers(String place) throws IOException {
    String rule = "an array of whole numbers from 0 to " + Long.MAX_VALUE;
    require(place, parser.currentToken() == JsonToken.START_ARRAY, rule);
    List<Long> numbers = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      boolean whole =
          parser.currentToken() == JsonToken.VALUE_NUMBER_INT
              && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER
              && !parser.getText().startsWith("-"); // also -0, as in the reference reader
      require(place, whole, rule);
      numbers.add(parser.getLongValue());
    }
    return numbers;
  }

  /** Checks that no half of a surrogate pair stands alone: it is not a character. */
  private void requireCharacters(String place, String text) throws IOException {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        boolean pair =
            Character.isHighSurrogate(c)
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
        require(place, pair, "a text of characters");
        i++;
      }
    }
  }

  private void require(String place, boolean valid, String rule) throws IOException {
    if (!valid) {
      throw new UnreadableFileException(
          source, place, "must be " + rule + ", got " + parser.currentToken());
    }
  }
}
