package dev.finetune.internal.modelfile;

import dev.finetune.internal.archive.ArchiveContent;
import dev.finetune.internal.archive.EntryReader;
import dev.finetune.internal.archive.ZipEnd;
import dev.finetune.internal.files.AtomicFiles;
import dev.finetune.internal.files.RegularFiles;
import dev.finetune.internal.network.EngineLoading;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Reads and writes model files. */
public final class ModelFiles {

  private ModelFiles() {}

  /**
   * Writes a model. The file appears complete or not at all. The same model always has the same
   * bytes.
   *
   * @throws dev.finetune.weights.WeightsException if a weight is not finite; nothing is written
   * @throws IOException if the file cannot be written; the message names the file
   */
  public static void write(StoredModel model, Path file) throws IOException {
    model.weights().requireFinite("the model to be saved as " + file);
    AtomicFiles.write(file, out -> FormatTwoFile.write(model, out));
  }

  /**
   * Returns the SHA-256 of the weights as {@link #write} writes them: the value in the checksums of
   * the file.
   */
  public static String weightsSha256(StoredModel model) {
    try {
      return FormatTwoFile.weightsSha256(model);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads a model of any format. If only one engine is on the class path, its native code is loaded
   * at the same time.
   *
   * @throws dev.finetune.data.UnreadableFileException if the file is damaged, not a model file, or
   *     of a newer version
   * @throws IOException if the file is missing or cannot be read; the message names the file
   */
  public static StoredModel read(Path file) throws IOException {
    return read(
        file,
        () ->
            loaders()
                .flatMap(l -> ServiceLoader.load(FormatOne.class, l).stream())
                .findFirst()
                .map(ServiceLoader.Provider::get));
  }

  /** Returns the class loaders of this library and of the thread, which may differ. */
  private static Stream<ClassLoader> loaders() {
    return Stream.of(
            ModelFiles.class.getClassLoader(), Thread.currentThread().getContextClassLoader())
        .filter(Objects::nonNull);
  }

  private static StoredModel readAndLoadEngine(EntryReader entries) throws IOException {
    EngineLoading engine = EngineLoading.begin();
    try {
      return FormatTwoFile.read(entries);
    } finally {
      engine.await(); // also if the file is damaged: no thread outlives the call
    }
  }

  static StoredModel read(Path file, Supplier<Optional<FormatOne>> formatOne) throws IOException {
    RegularFiles.require(file, "a model file");
    return ArchiveContent.of(
        file,
        () -> {
          Description old;
          try (EntryReader entries = EntryReader.open(file)) {
            if (FormatTwoFile.ENTRIES.contains(entries.name())) {
              ZipEnd.require(file);
              return readAndLoadEngine(entries);
            }
            old = FormatOneFile.description(entries);
          }
          return new StoredModel(old, FormatOneFile.weights(old.graph(), file, formatOne.get()));
        });
  }
}
