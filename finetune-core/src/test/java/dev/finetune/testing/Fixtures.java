package dev.finetune.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.finetune.FineTunedModel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.assertj.core.data.Offset;

/** Models saved by earlier versions of this library, with the logits that they computed then. */
public final class Fixtures {

  /** The images of the logits. Only the image with index 5 is used. */
  public static final SyntheticImages IMAGES = new SyntheticImages(3, 12, 8, 1);

  /** The rounding error, on any CPU, of sums of some hundred float32 products of magnitude 1. */
  private static final float TOLERANCE = 1e-5f;

  private Fixtures() {}

  private static InputStream open(String name) {
    return Objects.requireNonNull(Fixtures.class.getResourceAsStream("/models/" + name), name);
  }

  /**
   * Copies a fixture to a folder, where a test may change it.
   *
   * @return the copy
   */
  public static Path copy(String name, Path folder) throws IOException {
    Path file = folder.resolve(name);
    try (InputStream in = open(name)) {
      Files.copy(in, file);
    }
    return file;
  }

  /**
   * Checks that a model computes the stored logits.
   *
   * @param expected the name of the JSON file with the logits
   */
  public static void requireLogits(FineTunedModel model, String expected) throws IOException {
    try (InputStream in = open(expected)) {
      JsonNode values = new ObjectMapper().readTree(in).get("logits");
      float[] logits = model.logits(IMAGES.load(5));
      assertThat(logits).hasSize(values.size());
      for (int i = 0; i < logits.length; i++) {
        assertThat(logits[i]).isCloseTo(values.get(i).floatValue(), Offset.offset(TOLERANCE));
      }
    }
  }
}
