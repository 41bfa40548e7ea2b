package dev.finetune.datasets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finetune.image.Pixels;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Decodes photographs of 12 megapixels at once in a real process with a small heap. */
class DecodeMemoryTest {

  private static final int WIDTH = 4000;
  private static final int HEIGHT = 3000;
  private static final int THREADS = 8;

  @TempDir Path folder;

  /** A program that decodes a file on several threads at once and prints how many succeed. */
  public static final class Decode {
    private Decode() {}

    public static void main(String[] args) throws Exception {
      CyclicBarrier together = new CyclicBarrier(THREADS);
      ExecutorService pool = Executors.newFixedThreadPool(THREADS);
      try {
        List<Future<Integer>> widths = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
          widths.add(
              pool.submit(
                  () -> {
                    together.await();
                    Pixels image = Images.read(Path.of(args[0]));
                    return image.width();
                  }));
        }
        int decoded = 0;
        for (Future<Integer> width : widths) {
          decoded += width.get() == WIDTH ? 1 : 0;
        }
        System.out.println("decoded " + decoded);
      } finally {
        pool.shutdown();
      }
    }
  }

  private String decode(String heap, String format) throws IOException, InterruptedException {
    Path file = folder.resolve("photo." + format);
    ImageIO.write(
        new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB), format, file.toFile());
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap,
                "-cp",
                System.getProperty("java.class.path"),
                Decode.class.getName(),
                file.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output;
  }

  /** Eight such images and their intermediate forms would need a gigabyte. */
  @Test
  void should_decode_as_many_images_at_once_as_fit_into_the_heap() throws Exception {
    assertThat(decode("300m", "png")).isEqualTo("decoded " + THREADS + "\n");
    assertThat(decode("300m", "jpg")).isEqualTo("decoded " + THREADS + "\n");
  }

  @Test
  void should_refuse_an_image_that_does_not_fit_into_the_heap_by_name() throws Exception {
    assertThat(decode("100m", "png"))
        .contains("photo.png: the PNG image cannot be read", "4000 x 3000", "raise -Xmx")
        .doesNotContain("OutOfMemoryError");
  }
}
