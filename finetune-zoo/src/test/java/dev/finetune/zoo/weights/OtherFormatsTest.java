package dev.finetune.zoo.weights;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finetune.data.UnreadableFileException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests what is said of files that people pass by mistake. */
class OtherFormatsTest {

  @TempDir Path folder;

  private void refused(Path file, String... words) {
    assertThatThrownBy(() -> WeightFormat.of(file))
        .isInstanceOf(UnreadableFileException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContainingAll(words);
  }

  static List<Arguments> files() {
    return List.of(
        Arguments.of("net.caffemodel", "MobileNetV2", "a Caffe model", "save_file"),
        Arguments.of("yolo.weights", "\0\0\0\0\2\0\0\0", "a Darknet model", "torch.save"),
        Arguments.of("flax.msgpack", "params", "a Flax model", "save_file"),
        Arguments.of("net.mat", "MATLAB 5.0 MAT-file", "a MATLAB file", "save_file"),
        Arguments.of("net.pdparams", "}q.", "a PaddlePaddle model", "save_file"),
        Arguments.of("net.params", "\22\1\0\0", "an MXNet model", "save_file"),
        Arguments.of("net.mlmodel", "\b\4\22\1", "a Core ML model", "converted from"),
        Arguments.of("a.xml", "<?xml?>\n<net name=\"m\">", "an OpenVINO model", "converted from"),
        Arguments.of("net.pth", "<?xml?><Error>", "an error message of a server", "download"),
        Arguments.of("net.pth", "\377\330\377\340", "an image", ""),
        Arguments.of("net.pth", "\211PNG\r\n", "an image", ""),
        Arguments.of("net.pth", "Rar!\32", "a compressed file", "unpack it first"),
        Arguments.of("net.pth", "{\"a\": 1}", "JSON without the names of weight files", ""),
        Arguments.of("net.pkl", "\200\4 numpy.core", "a pickle that torch.save", "save_file"),
        Arguments.of("net.pkl", "\200\4 model", "a pickle that torch.save", "state_dict"),
        Arguments.of("__0_0.distcp", "abcdefgh", "a part of a distributed", "dcp_to_torch"),
        Arguments.of("net.pth", "abcdefgh", "another format", ""));
  }

  @ParameterizedTest
  @MethodSource("files")
  void should_name_a_file(String name, String content, String kind, String way) throws IOException {
    refused(
        Files.write(folder.resolve(name), content.getBytes(StandardCharsets.ISO_8859_1)),
        "got " + kind,
        way);
  }

  @ParameterizedTest
  @CsvSource({
    "model.safetensors config.json, pass its file model.safetensors",
    "pytorch_model.bin config.json, pass its file pytorch_model.bin",
    "model.safetensors.index.json a.safetensors, pass its file model.safetensors.index.json",
    "pytorch_model.bin.index.json a.bin, pass its file pytorch_model.bin.index.json",
    "config.json metadata.json model.weights.h5, pass its file model.weights.h5",
    "_METADATA checkpoint, an Orbax checkpoint",
    "Manifest.json, a Core ML model",
    "checkpoint model.index, a directory with a TensorFlow checkpoint",
    "saved_model.pb, a TensorFlow SavedModel",
    "notes.txt, a directory"
  })
  void should_name_a_directory(String files, String words) throws IOException {
    for (String name : files.split(" ", 0)) {
      Files.createFile(folder.resolve(name));
    }

    refused(folder, "got ", words);
  }

  @ParameterizedTest
  @CsvSource({
    "model/best.pth readme.md, a zip that contains model/best.pth; unpack it first",
    "keras_model.h5 labels.txt, a zip that contains keras_model.h5; unpack it first",
    "m/saved_model.pb m/variables/variables.index, a zip of a TensorFlow SavedModel",
    "m/.data/extern_modules m/model.pkl, a package of torch.package",
    "readme.md, another zip"
  })
  void should_name_a_zip(String entries, String words) throws IOException {
    Path file = folder.resolve("file.zip");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (String name : entries.split(" ", 0)) {
        zip.putNextEntry(new ZipEntry(name));
      }
    }

    refused(file, "got " + words);
  }

  /** A pipe would have to be waited for. */
  @Test
  @DisabledOnOs(OS.WINDOWS)
  void should_not_read_a_device() {
    refused(Path.of("/dev/null"), "must be a weight file, got a device or a pipe");
  }

  @Test
  void should_say_that_a_zip_is_not_complete() throws IOException {
    Path file = Files.write(folder.resolve("net.pth"), List.of("PK\3\4 and more"));

    refused(file, "the zip cannot be read", "the file is not complete");
  }
}
