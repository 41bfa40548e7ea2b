package dev.finetune.fuzz;

import dev.finetune.datasets.CsvImages;
import dev.finetune.datasets.CsvTags;
import dev.finetune.datasets.CsvValues;
import dev.finetune.datasets.Images;
import dev.finetune.datasets.decode.ImageFormat;
import dev.finetune.image.ColourRule;
import dev.finetune.internal.modelfile.ModelFiles;
import dev.finetune.internal.training.TrainingStateFile;
import dev.finetune.weights.safetensors.SafetensorsFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A reader and how it is called with the bytes of a file. */
enum Target {
  PNG((folder, input) -> image(ImageFormat.PNG, input)),
  /** A PNG file whose chunks get the right checksums. */
  PNG_CHUNKS((folder, input) -> image(ImageFormat.PNG, Checksums.png(input))),
  JPEG((folder, input) -> image(ImageFormat.JPEG, input)),
  WEBP((folder, input) -> image(ImageFormat.WEBP, input)),
  GIF((folder, input) -> image(ImageFormat.GIF, input)),
  BMP((folder, input) -> image(ImageFormat.BMP, input)),
  PNM((folder, input) -> image(ImageFormat.PNM, input)),
  /** The colour profile of a PNG file. */
  PROFILE((folder, input) -> image(ImageFormat.PNG, Profiles.png(input))),
  CSV(
      (folder, input) -> {
        Path csv = Files.write(folder.resolve("list.csv"), input);
        Reading.refused(() -> CsvImages.read(csv, folder, "path", "class"));
        Reading.refused(() -> CsvTags.read(csv, folder, "path", "tags", "|"));
        Reading.refused(() -> CsvTags.readColumns(csv, folder, "path", List.of("a", "b")));
        Reading.refused(() -> CsvValues.read(csv, folder, "path", List.of("x", "y")));
      }),
  SAFETENSORS((folder, input) -> SafetensorsFile.open(write(folder, input)).read()),
  SAFETENSORS_WEIGHTS(TinyNetwork::read),
  TORCH(TinyNetwork::read),
  /** The pickle of a zip, whose checksum no fuzzer guesses. */
  TORCH_PICKLE((folder, input) -> TinyNetwork.read(folder, Zips.torch(input))),
  TORCH_LEGACY(TinyNetwork::read),
  H5(TinyNetwork::read),
  WEIGHTS_H5(TinyNetwork::read),
  KERAS(TinyNetwork::read),
  /** The file of weights in a zip. */
  KERAS_WEIGHTS((folder, input) -> TinyNetwork.read(folder, Zips.keras(input))),
  MODEL((folder, input) -> ModelFiles.read(write(folder, input))),
  /** The description and the weights of a model file, with right checksums. */
  MODEL_CONTENT((folder, input) -> ModelFiles.read(write(folder, Zips.model(input)))),
  /** The description of a model file of format 1. Its weights are Deeplearning4j's. */
  MODEL_ONE((folder, input) -> ModelFiles.read(write(folder, Zips.modelOne(input)))),
  /** The description and the weights of a training state, with right checksums. */
  TRAINING_STATE((folder, input) -> TrainingStateFile.read(write(folder, Zips.state(input)))),
  FEATURE_CACHE(CacheFile::read);

  /** Reads an input. */
  @FunctionalInterface
  interface Read {
    /**
     * Reads it.
     *
     * @param folder a folder for files, which may have those of earlier inputs
     */
    void read(Path folder, byte[] input) throws IOException;
  }

  @SuppressWarnings("ImmutableEnumChecker") // lambdas without state
  private final Read read;

  Target(Read read) {
    this.read = read;
  }

  /**
   * Reads an input and checks what it takes.
   *
   * @param folder a folder for files
   * @throws AssertionError if more memory is allocated than the input justifies
   * @throws RuntimeException if the reader throws what it must not
   */
  void run(Path folder, byte[] input) throws IOException {
    Reading.bounded(input.length, () -> Reading.refused(() -> read.read(folder, input)));
  }

  /** Returns the name of the target's folders and logs. */
  String folder() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static void image(ImageFormat format, byte[] input) throws IOException {
    if (ImageFormat.of(input).equals(Optional.of(format))) {
      Images.read(new ByteArrayInputStream(input), "input", ColourRule.SRGB);
    }
  }

  private static Path write(Path folder, byte[] input) throws IOException {
    return Files.write(folder.resolve("input"), input);
  }
}
