package dev.finetune.internal.modelfile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finetune.testing.Fixtures;
import dev.finetune.testing.ModelZips;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A damaged file is refused with its name, or has exactly the same values. */
class ModelFileDamageTest {

  private static final String NAME = "damaged.zip";

  @TempDir Path folder;

  private byte[] whole;
  private StoredModel right;

  @BeforeEach
  void load() throws IOException {
    Path file = Fixtures.copy("format2.zip", folder);
    whole = Files.readAllBytes(file);
    right = ModelFiles.read(file);
  }

  /** Returns whether the file is refused. If it is not, checks that it has the same contents. */
  private boolean refused(byte[] damaged, String what) throws IOException {
    Path file = Files.write(folder.resolve(NAME), damaged);
    StoredModel model;
    try {
      model = ModelFiles.read(file);
    } catch (IOException e) {
      assertThat(e).as(what).hasMessageStartingWith(file.toString());
      return true;
    }
    assertThat(model.weights().tensors()).as(what).isEqualTo(right.weights().tensors());
    assertThat(ModelJson.write(model.description()))
        .as(what)
        .isEqualTo(ModelJson.write(right.description()));
    return false;
  }

  /** Returns the positions of all bytes in the contents of entries; each entry has a checksum. */
  private BitSet contents() throws IOException {
    String text = new String(whole, StandardCharsets.ISO_8859_1);
    BitSet places = new BitSet(whole.length);
    for (byte[] content : ModelZips.read(folder.resolve("format2.zip")).values()) {
      int at = text.indexOf(new String(content, StandardCharsets.ISO_8859_1));
      places.set(at, at + content.length);
    }
    return places;
  }

  /** The reader ignores the times and attributes of entries, and the central directory. */
  @Test
  void should_refuse_any_changed_byte_or_give_the_same() throws IOException {
    SplittableRandom random = new SplittableRandom(7);
    BitSet contents = contents();
    int refused = 0;
    for (int at = 0; at < whole.length; at++) {
      for (int mask : new int[] {1 << at % 8, 1 + random.nextInt(255)}) {
        byte[] damaged = whole.clone();
        damaged[at] ^= (byte) mask;
        String what = "byte " + at + " xor " + mask;
        if (refused(damaged, what)) {
          refused++;
        } else {
          assertThat(contents.get(at)).as(what).isFalse();
        }
      }
    }

    assertThat(refused).isGreaterThanOrEqualTo(2 * contents.cardinality());
    assertThat(contents.cardinality()).isGreaterThan(whole.length * 9 / 10);
  }

  @Test
  void should_refuse_every_truncation() throws IOException {
    for (int length = 0; length < whole.length; length++) {
      String what = "cut off at " + length;
      assertThat(refused(Arrays.copyOf(whole, length), what)).as(what).isTrue();
    }
  }

  @Test
  void should_refuse_what_goes_on_behind_its_end() throws IOException {
    assertThat(refused(Arrays.copyOf(whole, whole.length + 1), "one byte more")).isTrue();
  }
}
