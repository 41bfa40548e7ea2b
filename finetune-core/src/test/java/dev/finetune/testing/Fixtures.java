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

/** Models that earlier versions of this library saved, each with the logits that it gave then. */
public final class Fixtures {

  /** The images that the logits are of; number 5 is the one. */
  public static final SyntheticImages IMAGES = new SyntheticImages(3, 12, 8, 1);

  /** Of sums of some hundred products of float32 of the size of one, on any CPU. */
  private static final float TOLERANCE = 1e-5f;

  private Fixtures() {}

  private static InputStream open(String name) {
    return Objects.requireNonNull(Fixtures.class.getResourceAsStream("/models/" + name), name);
  }

  /** Copies a fixture to where it may be changed. */
  public static Path copy(String name, Path folder) throws IOException {
    Path file = folder.resolve(name);
    try (InputStream in = open(name)) {
      Files.copy(in, file);
    }
    return file;
  }

  /** Checks that a model gives the logits that are written down. */
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
