package dev.finetune.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Reads the golden files of the scripts in {@code src/test/python}, and creates their inputs. */
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

  /** Returns an array of numbers. */
  public static double[] doubles(JsonNode array) {
    double[] values = new double[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).asDouble();
    }
    return values;
  }

  /** Returns an array of arrays of numbers. */
  public static double[][] rows(JsonNode array) {
    double[][] rows = new double[array.size()][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = doubles(array.get(i));
    }
    return rows;
  }

  /** Returns an array of arrays of numbers as floats. */
  public static float[][] floatRows(JsonNode array) {
    float[][] rows = new float[array.size()][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = floats(array.get(i));
    }
    return rows;
  }

  /** Returns an array of arrays of numbers, of which 1 is true. */
  public static boolean[][] booleanRows(JsonNode array) {
    boolean[][] rows = new boolean[array.size()][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = new boolean[array.get(i).size()];
      for (int j = 0; j < rows[i].length; j++) {
        rows[i][j] = array.get(i).get(j).asDouble() == 1;
      }
    }
    return rows;
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
