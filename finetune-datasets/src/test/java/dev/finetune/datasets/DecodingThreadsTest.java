package dev.finetune.datasets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finetune.image.Pixels;
import dev.finetune.testing.OwnClassLoader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Decodes in real processes where ImageIO finds other plug-ins, or none, from the thread that
 * decodes first.
 */
class DecodingThreadsTest {

  /** One file per format, and JPEG in four inks, which the JDK converts to other colours. */
  private static final List<String> FILES =
      List.of(
          "inks.jpg",
          "subsampled.jpg",
          "lossy-80.webp",
          "lossless.webp",
          "binary.ppm",
          "rgb.png",
          "rgb.bmp",
          "plain.gif");

  @TempDir Path folder;
  private String right = "";

  /** A program that prints a hash of all values of each file. */
  public static final class Decode {
    private Decode() {}

    public static void main(String[] args) throws IOException {
      System.out.print(hashes());
    }
  }

  private static String hashes() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (String file : FILES) {
      try (InputStream in = DecodingThreadsTest.class.getResourceAsStream("/decoded/" + file)) {
        Pixels image = Images.read(in, file);
        lines.append(file).append(' ').append(Arrays.hashCode(image.planes())).append('\n');
      }
    }
    return lines.toString();
  }

  /** The values of these files are compared with Pillow's in {@link DecodedFilesTest}. */
  @BeforeEach
  void decodeHere() throws IOException {
    right = hashes();
  }

  @Test
  void should_decode_the_same_values_with_a_class_loader_of_its_own() throws Exception {
    assertThat(OwnClassLoader.run(folder, "main", Decode.class)).isEqualTo(right);
  }

  @Test
  void should_decode_the_same_values_whichever_thread_is_first() throws Exception {
    assertThat(OwnClassLoader.run(folder, "pool", Decode.class)).isEqualTo(right + right);
  }
}
