package dev.finetune.zoo.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finetune.data.UnreadableFileException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
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

/** Tests what is said of files and directories of other programs, with the way out. */
class OtherFormatsTest {

  @TempDir Path folder;

  private static void refused(Path file, String... words) {
    assertThatThrownBy(() -> WeightFormat.of(file))
        .isInstanceOf(UnreadableFileException.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageContainingAll(words)
        .satisfies(e -> assertThat(String.valueOf(e.getMessage())).doesNotContain("\n"));
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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          saved_model.pb | a TensorFlow SavedModel; load it in Python and save it with model.save_weights("model.weights.h5")
          .metadata | a distributed checkpoint of PyTorch; convert it with python -m torch.distributed.checkpoint.format_utils dcp_to_torch
          __0_0.distcp | a distributed checkpoint of PyTorch
          model.safetensors.index.json | a directory; pass its file model.safetensors.index.json
          checkpoint | a directory with a TensorFlow checkpoint; load it in Python
          variables.index | a directory with a TensorFlow checkpoint
          data.pkl | an unpacked PyTorch file; pass the .pth file itself
          model.json | a directory with a TensorFlow.js model
          other | must be a weight file, got a directory
          """)
  void should_say_what_a_directory_is(String name, String got) throws IOException {
    Path directory = Files.createDirectory(folder.resolve("model"));
    Files.createFile(directory.resolve(name));

    refused(directory, got);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          coefficients.bin | a Deeplearning4j model; create a backbone from it with Dl4jBackbone.of(name, path, input)
          model/archive_format | a program of torch.export; save its tensors with torch.save(model.state_dict(), "model.pth")
          serialized_exported_program.json | a program of torch.export
          model/constants.pkl | a TorchScript program; load it with torch.jit.load(path)
          conv.npy | a NumPy archive (.npz); save the arrays with safetensors.numpy.save_file
          model.mlmodel | a Core ML model
          Manifest.json | a Core ML model
          readme.txt | got another zip
          """)
  void should_say_what_a_zip_is(String entry, String got) throws IOException {
    Path file = folder.resolve("model.zip");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.putNextEntry(new ZipEntry(entry));
    }

    refused(file, got);
  }

  /** The content is padded with zeros, because real files are longer. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          model.pth | BZh91 | a compressed file; unpack it first
          model.pth | version https://git-lfs.github.com/spec/v1 | a pointer of Git LFS in place of the file; fetch the file with git lfs pull
          model.pth | <!DOCTYPE html><html> | a web page; download the file itself
          model.onnx | anything | an ONNX model
          model.tflite | ....TFL3 | a TensorFlow Lite model
          model.gguf | GGUF | a GGUF model
          saved_model.pb | anything | a TensorFlow SavedModel; load it in Python
          frozen.pb | anything | a TensorFlow graph
          model.ckpt | anything | a part of a TensorFlow checkpoint
          model.ckpt-7.data-00000-of-00001 | anything | a part of a TensorFlow checkpoint
          model.json | {"modelTopology":{}} | a TensorFlow.js model
          model.h5 | anything | got another format
          """)
  void should_say_what_a_file_is(String name, String start, String got) throws IOException {
    byte[] bytes = start.getBytes(StandardCharsets.ISO_8859_1);

    refused(Files.write(folder.resolve(name), Arrays.copyOf(bytes, 1000)), got);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          1f8b08 | a gzip file; unpack it first
          fd377a585a | a compressed file; unpack it first
          377abcaf271c | a compressed file; unpack it first
          28b52ffd | a compressed file; unpack it first
          80044b | a pickle that torch.save has not written; save its tensors with torch.save(model.state_dict(), "model.pth")
          934e554d5059 | a NumPy array (.npy); save the arrays with safetensors.numpy.save_file
          080a1207 | an ONNX model
          """)
  void should_say_what_a_file_without_a_telling_name_is(String start, String got)
      throws IOException {
    byte[] bytes = HexFormat.of().parseHex(start);

    refused(Files.write(folder.resolve("model.pth"), Arrays.copyOf(bytes, 1000)), got);
  }

  @Test
  void should_say_that_a_file_is_empty_or_an_archive() throws IOException {
    Path empty = Files.createFile(folder.resolve("empty.pth"));
    byte[] tar = new byte[1000];
    System.arraycopy("ustar".getBytes(StandardCharsets.US_ASCII), 0, tar, 257, 5);
    Arrays.fill(tar, 0, 257, (byte) 'n');

    refused(empty, "got an empty file");
    refused(Files.write(folder.resolve("packed.pth"), tar), "got a tar archive; unpack it first");
  }
}
