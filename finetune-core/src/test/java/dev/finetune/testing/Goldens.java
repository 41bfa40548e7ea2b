package dev.finetune.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Numbers that src/test/python/make_goldens.py computed, and the inputs that it used. */
public final class Goldens {

  private Goldens() {}

  public static JsonNode read(String name) {
    try (InputStream in = Goldens.class.getResourceAsStream("/goldens/" + name)) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static float[] floats(JsonNode array) {
    float[] values = new float[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) array.get(i).asDouble();
    }
    return values;
  }

  /** sin(i k + k), as the script makes inputs and weights. */
  public static float[] wave(int count, double k) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) Math.sin(i * k + k);
    }
    return values;
  }
}
