package dev.finetune.internal.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
