package dev.finetune.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Reads the golden files of {@code src/test/python/make_goldens.py}, and creates its inputs. */
public final class Goldens {

  private Goldens() {}

  /** Returns the contents of a golden file. */
  public static JsonNode read(String name) {
    try (InputStream in = Goldens.class.getResourceAsStream("/goldens/" + name)) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns an array of numbers as floats. */
  public static float[] floats(JsonNode array) {
    float[] values = new float[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) array.get(i).asDouble();
    }
    return values;
  }

  /** Returns sin(i k + k) for i from 0, like the inputs and weights of the script. */
  public static float[] wave(int count, double k) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) Math.sin(i * k + k);
    }
    return values;
  }
}
