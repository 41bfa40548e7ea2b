package dev.finetune.internal.files;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegularFilesTest {

  @TempDir Path folder;

  @Test
  void should_accept_a_file() throws IOException {
    Path file = Files.createFile(folder.resolve("model.zip"));

    assertThatCode(() -> RegularFiles.require(file, "a model file")).doesNotThrowAnyException();
  }

  @Test
  void should_call_a_directory_a_directory() {
    assertThatThrownBy(() -> RegularFiles.require(folder, "a model file"))
        .hasMessage(folder + ": must be a model file, got a directory");
  }

  @Test
  void should_say_that_there_is_no_file() {
    Path absent = folder.resolve("absent.zip");

    assertThatThrownBy(() -> RegularFiles.require(absent, "a model file"))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessage(absent + ": must be a model file, got no file");
  }
}
