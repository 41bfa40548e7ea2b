package dev.finetune.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Runs on the real images if -Dfinetune.data names a folder that contains them. */
class RealGtsrbTest {

  @Test
  void should_read_the_benchmark() throws IOException {
    Path root = Path.of(System.getProperty("finetune.data", ""), "gtsrb");
    if (!Files.isDirectory(root.resolve("Train"))) {
      System.out.println(
          "RealGtsrbTest skipped: -Dfinetune.data does not name a folder with gtsrb/Train");
      abort();
    }

    Gtsrb gtsrb = Gtsrb.read(root, 1);

    assertThat(gtsrb.train().size()).isEqualTo(43 * 28);
    assertThat(gtsrb.valid().size()).isEqualTo(43 * 12);
    assertThat(gtsrb.train().classNames()).startsWith("0", "1", "10", "11").hasSize(43);
    // According to the README of the data, 180 test images are stop signs (class 14).
    int stop = gtsrb.test().classNames().indexOf("14");
    if (gtsrb.test().size() == 8420) {
      assertThat(IntStream.of(gtsrb.test().labels()).filter(l -> l == stop)).hasSize(180);
    }
    gtsrb.train().verify();
    gtsrb.valid().verify();
  }
}
