package dev.finetune.fuzz;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipFile;

/** Files from which the fuzzer begins: the fixtures of the modules' tests. */
final class Seeds {

  private static final String FIXTURES = "finetune-zoo/src/test/resources/fixtures";
  private static final String KERAS = FIXTURES + "/keras";
  private static final String TORCH = "finetune-zoo/src/test/resources/torch";
  private static final String IMAGES = "finetune-datasets/src/test/resources/decoded";
  private static final String COLOURS = "finetune-datasets/src/test/resources/colours";
  private static final String MODELS = "finetune-core/src/test/resources/models";

  private final Path root;

  /**
   * Prepares.
   *
   * @param root the folder of the repository
   */
  Seeds(Path root) {
    this.root = root;
  }

  /**
   * Returns the seeds of a target.
   *
   * @param folder a folder for files
   */
  List<byte[]> of(Target target, Path folder) throws IOException {
    return switch (target) {
      case PNG, PNG_CHUNKS -> both(".*png");
      case JPEG -> both(".*jpg");
      case WEBP -> both(".*webp");
      case PROFILE -> Profiles.seeds(root.resolve(COLOURS));
      case GIF -> files(IMAGES, ".*gif");
      case BMP -> files(IMAGES, ".*bmp");
      case PNM -> files(IMAGES, ".*p[gpb]m");
      case CSV ->
          List.of(
              text("path,class\nlist.csv,a\n\"list.csv\",\"a\"\n"),
              text("path;tags\nlist.csv;a|b\n"),
              text("\ufeffpath,a,b,x,y\nlist.csv,0,1,1.5,-1e3\n"));
      case SAFETENSORS, SAFETENSORS_WEIGHTS -> files(FIXTURES, ".*safetensors");
      case TORCH ->
          both(
              files(FIXTURES, "(checkpoint|half|zip)\\.pth"),
              files(TORCH, "(views|two-dictionaries|parametrized|script)\\.pth"));
      case TORCH_PICKLE -> pickles();
      case TORCH_LEGACY -> both(files(FIXTURES, ".*legacy\\.pth"), files(TORCH, ".*legacy\\.pth"));
      case H5 ->
          both(
              files(FIXTURES, "keras[^3]*.*(?<!weights)\\.h5"),
              files(KERAS, ".*(?<!weights)\\.h5"));
      case WEIGHTS_H5, KERAS_WEIGHTS ->
          both(files(FIXTURES, ".*weights\\.h5"), files(KERAS, ".*weights\\.h5"));
      case KERAS -> files(FIXTURES, ".*\\.keras");
      case MODEL -> files(MODELS, ".*zip");
      case MODEL_CONTENT -> List.of(model());
      case MODEL_ONE ->
          List.of(entry(root.resolve(MODELS).resolve("format1.zip"), "finetune.json"));
      case TRAINING_STATE -> List.of(state());
      case FEATURE_CACHE -> List.of(CacheFile.made(folder));
    };
  }

  private List<byte[]> both(String name) throws IOException {
    List<byte[]> contents = files(IMAGES, name);
    contents.addAll(files(COLOURS, name));
    return contents;
  }

  private List<byte[]> files(String folder, String name) throws IOException {
    List<byte[]> contents = new ArrayList<>();
    try (Stream<Path> files = Files.list(root.resolve(folder))) {
      for (Path file : files.sorted().toList()) {
        if (file.getFileName().toString().matches(name)) {
          contents.add(Files.readAllBytes(file));
        }
      }
    }
    return contents;
  }

  private static List<byte[]> both(List<byte[]> first, List<byte[]> second) {
    List<byte[]> both = new ArrayList<>(first);
    both.addAll(second);
    return both;
  }

  private List<byte[]> pickles() throws IOException {
    List<byte[]> pickles = new ArrayList<>();
    for (String name : List.of("checkpoint", "half", "zip")) {
      pickles.add(entry(root.resolve(FIXTURES).resolve(name + ".pth"), name + "/data.pkl"));
    }
    for (String name :
        List.of("checkpoint-protocol-5", "views", "numpy-and-dates", "student-teacher")) {
      pickles.add(entry(root.resolve(TORCH).resolve(name + ".pth"), name + "/data.pkl"));
    }
    return pickles;
  }

  private byte[] model() throws IOException {
    Path zip = root.resolve(MODELS).resolve("format2.zip");
    return joined(entry(zip, "model.json"), entry(zip, "weights.safetensors"));
  }

  private static byte[] state() throws IOException {
    byte[] header = text("{\"a/bias\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}");
    ByteBuffer weights =
        ByteBuffer.allocate(Long.BYTES + header.length + Float.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(header.length)
            .put(header);
    return joined(
        text(
            "{\"format\":1,\"settings\":{\"seed\":\"1\"},\"slots\":[],\"steps\":3,\"kept\":false,"
                + "\"history\":{\"epochs\":[],\"stemSeconds\":0},\"epoch\":{\"steps\":3,"
                + "\"images\":9,\"lossSum\":1.5,\"scoreSum\":2,\"trainSeconds\":1,"
                + "\"waitSeconds\":0}}"),
        weights.array());
  }

  private static byte[] joined(byte[] description, byte[] weights) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(description);
    all.write(0);
    all.write(weights);
    return all.toByteArray();
  }

  private static byte[] entry(Path file, String name) throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile());
        InputStream in = zip.getInputStream(zip.getEntry(name))) {
      return in.readAllBytes();
    }
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
