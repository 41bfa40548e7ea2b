package dev.finetune.internal.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArchiveWriterTest {

  @TempDir Path folder;

  @Test
  void should_write_what_is_read_again() throws IOException {
    ArchiveWriter archive = new ArchiveWriter();
    archive.add("a.json", new byte[] {1, 2, 3}, 3);
    archive.add("slots/b-1", new byte[0], 0);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    archive.writeTo(out);
    Path file = folder.resolve("archive.zip");
    Files.write(file, out.toByteArray());

    try (EntryReader entries = EntryReader.open(file)) {
      ArchiveReader reader = ArchiveReader.of(entries);
      assertThat(reader.names()).isEqualTo(List.of("a.json", "slots/b-1"));
      assertThat(reader.bytes("a.json", 10)).containsExactly(1, 2, 3);
      assertThat(reader.bytes("slots/b-1", 10)).isEmpty();
      reader.requireEnd();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "first moment", "größe", "a\nb"})
  void should_refuse_a_name_that_could_not_be_read_again(String name) {
    assertThatThrownBy(() -> new ArchiveWriter().add(name, new byte[1], 1))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Entry names must match");
  }

  @Test
  void should_refuse_more_bytes_than_are_read_again() {
    assertThatThrownBy(() -> new ArchiveWriter().add("state.json", new byte[4], 3))
        .isInstanceOf(IOException.class)
        .hasMessage("state.json must have at most 3 bytes, got 4");
  }

  @Test
  void should_refuse_more_entries_than_could_be_read_again() throws IOException {
    ArchiveWriter archive = new ArchiveWriter();
    for (int i = 0; i < 100; i++) {
      archive.add("entry-" + i, new byte[] {1}, 1);
    }

    assertThatThrownBy(() -> archive.writeTo(new ByteArrayOutputStream()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("SHA256SUMS must have at most 4096 bytes");
  }
}
