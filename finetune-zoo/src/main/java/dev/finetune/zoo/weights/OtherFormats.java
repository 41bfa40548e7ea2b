package dev.finetune.zoo.weights;

import static dev.finetune.zoo.weights.WeightFormat.begins;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The formats of models that are recognised but not read. Each is described with its name and the
 * way to convert it.
 */
final class OtherFormats {

  private static final String SAVE_STATE_DICT =
      "save its tensors with torch.save(model.state_dict(), \"model.pth\")";
  private static final String SAVE_KERAS =
      "load it in Python and save it with model.save_weights(\"model.weights.h5\")";
  private static final String ORIGINAL =
      "weights are read from the file that it was converted from (.h5, .keras, .pth or safetensors)";

  private static final String SAVE_ARRAYS =
      "load its arrays in Python and save them with safetensors.numpy.save_file";

  /** The names of files in an archive that this library reads itself. */
  private static final Pattern READABLE =
      Pattern.compile("(?i).*\\.(h5|hdf5|keras|pth|pt|ckpt|safetensors|weights\\.json)");

  /** The files in a directory that are passed themselves, the best first. */
  private static final List<Pattern> PASSED =
      List.of(
          Pattern.compile(".*\\.index\\.json"),
          Pattern.compile(".*\\.weights\\.json"),
          Pattern.compile(".*\\.safetensors"),
          Pattern.compile("pytorch_model.*\\.bin"),
          Pattern.compile(".*\\.(pth|pt|keras|h5)"));

  private OtherFormats() {}

  /** Describes a directory. */
  static String directory(Path directory) throws IOException {
    List<String> names;
    try (Stream<Path> files = Files.list(directory)) {
      names = files.map(file -> file.getFileName().toString()).sorted().toList();
    }
    if (names.contains("saved_model.pb")) {
      return "a TensorFlow SavedModel; " + SAVE_KERAS;
    } else if (names.contains(".metadata") || any(names, ".distcp")) {
      return "a distributed checkpoint of PyTorch; convert it with python -m"
          + " torch.distributed.checkpoint.format_utils dcp_to_torch DIRECTORY model.pth";
    } else if (names.contains("_METADATA") || any(names, ".ocdbt")) {
      return "an Orbax checkpoint of JAX; " + SAVE_ARRAYS;
    } else if (names.contains("Manifest.json")) {
      return "a Core ML model; " + ORIGINAL;
    } else if (names.contains("checkpoint") || any(names, ".index")) {
      return "a directory with a TensorFlow checkpoint; " + SAVE_KERAS;
    } else if (names.contains("data.pkl")) {
      return "an unpacked PyTorch file; pass the .pth file itself";
    } else if (names.contains("model.json")) {
      return "a directory with a TensorFlow.js model; " + ORIGINAL;
    }
    return PASSED.stream()
        .flatMap(pattern -> names.stream().filter(name -> pattern.matcher(name).matches()))
        .findFirst()
        .map(name -> "a directory; pass its file " + name)
        .orElse("a directory");
  }

  private static boolean any(List<String> names, String ending) {
    return names.stream().anyMatch(name -> name.endsWith(ending));
  }

  /** Describes a zip that is none of Keras; empty if it can be a file of PyTorch or is unknown. */
  static String zip(List<String> names) {
    if (names.contains("coefficients.bin")) {
      return "a Deeplearning4j model; create a backbone from it with Dl4jBackbone.of(name, path,"
          + " input)";
    } else if (any(names, "/archive_format") || names.stream().anyMatch(OtherFormats::exported)) {
      return "a program of torch.export; " + SAVE_STATE_DICT;
    } else if (any(names, "constants.pkl")) {
      return "a TorchScript program; load it with torch.jit.load(path) and " + SAVE_STATE_DICT;
    } else if (any(names, ".npy")) {
      return "a NumPy archive (.npz); save the arrays with safetensors.numpy.save_file";
    } else if (any(names, ".mlmodel") || names.contains("Manifest.json")) {
      return "a Core ML model; " + ORIGINAL;
    } else if (any(names, "/extern_modules")) {
      return "a package of torch.package; " + SAVE_STATE_DICT;
    } else if (any(names, "saved_model.pb")) {
      return "a zip of a TensorFlow SavedModel; " + SAVE_KERAS;
    } else if (any(names, "data.pkl")) {
      return "";
    }
    return names.stream()
        .filter(name -> READABLE.matcher(name).matches())
        .findFirst()
        .map(name -> "a zip that contains " + name + "; unpack it first")
        .orElse("");
  }

  private static boolean exported(String name) {
    return name.endsWith("serialized_exported_program.json");
  }

  /**
   * Describes a file.
   *
   * @param start its first bytes
   */
  static String file(Path file, byte[] start) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    String text = new String(start, StandardCharsets.ISO_8859_1).strip();
    if (start.length == 0) {
      return "an empty file";
    }
    String packed = packed(start, text);
    if (!packed.isEmpty()) {
      return packed;
    }
    String noModel = noModel(start, text);
    return noModel.isEmpty() ? model(name, start, text) : noModel;
  }

  /** Describes an archive or a compressed file; empty if it is none. */
  private static String packed(byte[] start, String text) {
    if (begins(start, (byte) 0x1f, (byte) 0x8b)) {
      return "a gzip file; unpack it first";
    } else if (text.startsWith("BZh")
        || text.startsWith("Rar!")
        || begins(start, (byte) 0xfd, (byte) '7', (byte) 'z', (byte) 'X', (byte) 'Z')
        || begins(start, (byte) '7', (byte) 'z', (byte) 0xbc, (byte) 0xaf)
        || begins(start, (byte) 0x28, (byte) 0xb5, (byte) 0x2f, (byte) 0xfd)) {
      return "a compressed file; unpack it first";
    } else if (start.length > 262 && text.startsWith("ustar", 257)) {
      return "a tar archive; unpack it first";
    }
    return "";
  }

  /** Describes what a download or a mistake puts in place of a weight file; else empty. */
  private static String noModel(byte[] start, String text) {
    if (text.startsWith("version https://git-lfs")) {
      return "a pointer of Git LFS in place of the file; fetch the file with git lfs pull";
    } else if (text.regionMatches(true, 0, "<!doctype html", 0, 14)
        || text.regionMatches(true, 0, "<html", 0, 5)) {
      return "a web page; download the file itself";
    } else if (begins(start, (byte) 0xff, (byte) 0xd8, (byte) 0xff)
        || begins(start, (byte) 0x89, (byte) 'P', (byte) 'N', (byte) 'G')) {
      return "an image";
    } else if (text.startsWith("<?xml") && text.contains("<Error>")) {
      return "an error message of a server; download the file itself";
    }
    return "";
  }

  private static String model(String name, byte[] start, String text) {
    if (start.length > 8 && new String(start, 4, 4, StandardCharsets.US_ASCII).equals("TFL3")) {
      return "a TensorFlow Lite model; " + ORIGINAL;
    } else if (text.startsWith("GGUF")) {
      return "a GGUF model; " + ORIGINAL;
    } else if (begins(start, (byte) 0x93, (byte) 'N', (byte) 'U', (byte) 'M')) {
      return "a NumPy array (.npy); save the arrays with safetensors.numpy.save_file";
    } else if (name.endsWith(".mlmodel")) {
      return "a Core ML model; " + ORIGINAL;
    } else if (text.startsWith("<?xml") && text.contains("<net ")) {
      return "an OpenVINO model; " + ORIGINAL;
    } else if (text.startsWith("MATLAB ")) {
      return "a MATLAB file; " + SAVE_ARRAYS;
    } else if (name.endsWith(".caffemodel")) {
      return "a Caffe model; " + SAVE_ARRAYS;
    } else if (name.endsWith(".msgpack")) {
      return "a Flax model; " + SAVE_ARRAYS;
    } else if (name.endsWith(".weights")) {
      return "a Darknet model; convert it to PyTorch, and " + SAVE_STATE_DICT;
    } else if (name.endsWith(".pdparams")) {
      return "a PaddlePaddle model; " + SAVE_ARRAYS;
    } else if (name.endsWith(".params") && begins(start, (byte) 0x12, (byte) 1)) {
      return "an MXNet model; " + SAVE_ARRAYS;
    } else if (name.endsWith(".distcp") || name.equals(".metadata")) {
      return "a part of a distributed checkpoint of PyTorch; pass its directory to python -m"
          + " torch.distributed.checkpoint.format_utils dcp_to_torch DIRECTORY model.pth";
    } else if (name.endsWith(".onnx") || onnx(start)) {
      return "an ONNX model; " + ORIGINAL;
    } else if (name.equals("saved_model.pb")) {
      return "a TensorFlow SavedModel; " + SAVE_KERAS;
    } else if (name.endsWith(".pb") || name.endsWith(".pbtxt")) {
      return "a TensorFlow graph; " + ORIGINAL;
    } else if (tensorFlowCheckpoint(name)) {
      return "a part of a TensorFlow checkpoint; " + SAVE_KERAS;
    } else if (text.startsWith("{") && text.contains("\"modelTopology\"")) {
      return "a TensorFlow.js model; " + ORIGINAL;
    } else if (text.startsWith("{") || text.startsWith("[")) {
      return "JSON without the names of weight files";
    } else if (start.length > 1 && start[0] == (byte) 0x80 && start[1] >= 2 && start[1] <= 5) {
      return "a pickle that torch.save has not written; "
          + (text.contains("numpy") ? SAVE_ARRAYS : SAVE_STATE_DICT);
    }
    return "another format";
  }

  /**
   * Returns whether a file begins like a protocol buffer with ONNX's fields: the version, and the
   * name of the program that wrote it.
   */
  private static boolean onnx(byte[] start) {
    return start.length > 3
        && start[0] == 0x08
        && start[1] > 0
        && start[1] < 32
        && start[2] == 0x12;
  }

  private static boolean tensorFlowCheckpoint(String name) {
    return name.equals("checkpoint")
        || name.endsWith(".ckpt")
        || name.endsWith(".index")
        || name.matches(".*\\.data-\\d{5}-of-\\d{5}");
  }
}
