package dev.finetune.internal.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AtomicFilesTest {

  @TempDir Path folder;

  @Test
  void should_write_into_new_folders() throws IOException {
    Path parent = folder.resolve("deeper/still");
    Path file = parent.resolve("file");

    AtomicFiles.write(file, out -> out.write(7));

    assertThat(file).hasBinaryContent(new byte[] {7});
    assertThat(files(parent)).containsExactly(file);
  }

  /** Files of createTempFile can be read by their owner only. */
  @Test
  void should_have_the_mode_that_the_umask_leaves() throws IOException {
    FileStore store = Files.getFileStore(folder);
    assumeThat(store.supportsFileAttributeView("posix")).isTrue();
    Path plain = Files.createFile(folder.resolve("plain"));
    Path file = folder.resolve("file");

    AtomicFiles.write(file, out -> out.write(7));

    assertThat(Files.getPosixFilePermissions(file)).isEqualTo(Files.getPosixFilePermissions(plain));
  }

  @Test
  void should_keep_the_mode_of_the_old_file() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "old");
    assumeThat(Files.getFileStore(folder).supportsFileAttributeView("posix")).isTrue();
    Set<PosixFilePermission> mode = PosixFilePermissions.fromString("rw-rw---x");
    Files.setPosixFilePermissions(file, mode);

    AtomicFiles.write(file, out -> out.write(7));

    assertThat(file).hasBinaryContent(new byte[] {7});
    assertThat(Files.getPosixFilePermissions(file)).isEqualTo(mode);
  }

  /** A link often leads to a disk with more space, or to the version that is in use. */
  @Test
  @DisabledOnOs(OS.WINDOWS) // where links need privileges
  void should_write_where_a_link_leads() throws IOException {
    Path disk = Files.createDirectory(folder.resolve("disk"));
    Path old = Files.writeString(disk.resolve("file"), "old");
    Path second = Files.createSymbolicLink(disk.resolve("second"), Path.of("file"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), second);
    Path open = Files.createSymbolicLink(folder.resolve("open"), disk.resolve("new"));
    Path round = Files.createSymbolicLink(folder.resolve("round"), folder.resolve("round"));

    AtomicFiles.write(link, out -> out.write(7));
    AtomicFiles.write(open, out -> out.write(8));

    assertThat(link).isSymbolicLink();
    assertThat(old).hasBinaryContent(new byte[] {7});
    assertThat(disk.resolve("new")).hasBinaryContent(new byte[] {8});
    assertThat(files(disk)).hasSize(3);
    assertThatThrownBy(() -> AtomicFiles.write(round, out -> out.write(9)))
        .isInstanceOf(FileSystemLoopException.class)
        .hasMessageContaining("round");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "\u00e4", "\u732b"})
  void should_write_a_file_with_the_longest_name(String character) throws IOException {
    int bytes = character.getBytes(StandardCharsets.UTF_8).length;
    Path file = folder.resolve(character.repeat(255 / bytes));

    AtomicFiles.write(file, out -> out.write(7));

    assertThat(files(folder)).containsExactly(file);
  }

  @Test
  void should_leave_the_old_file_when_writing_fails() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "old");

    assertThatThrownBy(
            () ->
                AtomicFiles.write(
                    file,
                    out -> {
                      out.write(7);
                      throw new IOException("the disk is full");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll(file.toString(), "the disk is full");

    assertThat(file).hasContent("old");
    assertThat(files(folder)).containsExactly(file);
  }

  @Test
  void should_leave_nothing_when_the_content_fails() throws IOException {
    assertThatThrownBy(
            () ->
                AtomicFiles.write(
                    folder.resolve("file"),
                    out -> {
                      throw new IllegalStateException("no content");
                    }))
        .isInstanceOf(IllegalStateException.class);

    assertThat(files(folder)).isEmpty();
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }
}
