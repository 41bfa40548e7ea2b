package dev.finetune.internal.modelfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finetune.data.UnreadableFileException;
import dev.finetune.testing.Fixtures;
import dev.finetune.train.History;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFilesTest {

  @TempDir Path folder;

  @Test
  void should_say_what_opens_a_file_of_format_1() throws IOException {
    Path file = Fixtures.copy("format1.zip", folder);

    assertThatThrownBy(() -> ModelFiles.read(file, Optional::empty))
        .isInstanceOf(UnreadableFileException.class)
        .hasMessageContainingAll(file.toString(), "format 1", "dev.finetune:finetune-dl4j");
  }

  @Test
  void should_not_unpack_many_times_the_bytes_of_a_file() throws IOException {
    Path file = folder.resolve("bomb.zip");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.putNextEntry(new ZipEntry("coefficients.bin"));
      zip.write(new byte[32 << 20]);
    }

    assertThatThrownBy(() -> ModelFiles.read(file, Optional::empty))
        .isInstanceOf(UnreadableFileException.class)
        .hasMessage(
            file
                + ": entry coefficients.bin: the entries of a zip must have at most 100 times its"
                + " bytes, "
                + Files.size(file)
                + ", got more");
  }

  @Test
  void should_read_format_2_without_a_reader_of_format_1() throws IOException {
    Path file = Fixtures.copy("format2.zip", folder);

    StoredModel model = ModelFiles.read(file, Optional::empty);

    assertThat(model.description().classNames()).containsExactly("class-0", "class-1", "class-2");
    assertThat(model.description().engine()).isEqualTo(new StoredEngine("onednn", true));
  }

  @Test
  void should_write_a_fixture_again_to_the_byte() throws IOException {
    Path file = Fixtures.copy("format2.zip", folder);
    Path again = folder.resolve("again.zip");

    ModelFiles.write(ModelFiles.read(file), again);

    assertThat(again).hasSameBinaryContentAs(file);
  }

  /** The error comes while the model is still in memory, not when the file is loaded. */
  @Test
  void should_not_write_what_it_would_not_read() throws IOException {
    StoredModel model = ModelFiles.read(Fixtures.copy("format2.zip", folder));
    Description right = model.description();
    Description wrong =
        new Description(
            new StoredOutputs.Classes(right.classNames()),
            right.input(),
            right.views(),
            right.engine(),
            right.graph(),
            right.backboneOutput(),
            right.plan(),
            new History(List.of(), Double.POSITIVE_INFINITY),
            right.provenance());
    Path file = folder.resolve("wrong.zip");

    assertThatThrownBy(() -> ModelFiles.write(new StoredModel(wrong, model.weights()), file))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll("wrong.zip", "\"history.stemSeconds\"", "Infinity");

    assertThat(file).doesNotExist();
  }
}
