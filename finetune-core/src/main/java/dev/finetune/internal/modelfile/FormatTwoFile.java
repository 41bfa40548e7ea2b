package dev.finetune.internal.modelfile;

import com.google.common.collect.ImmutableList;
import com.google.common.hash.Funnels;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import dev.finetune.data.UnreadableFileException;
import dev.finetune.internal.archive.ArchiveContent;
import dev.finetune.internal.archive.ArchiveReader;
import dev.finetune.internal.archive.ArchiveWriter;
import dev.finetune.internal.archive.EntryReader;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.Weights;
import dev.finetune.weights.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;

/** A model file of format 2, the format that is written. */
final class FormatTwoFile {

  static final int MAX_DESCRIPTION = 16 << 20;

  private static final String DESCRIPTION = "model.json";
  private static final String WEIGHTS = "weights.safetensors";
  private static final List<String> SUMMED = List.of(DESCRIPTION, WEIGHTS);

  /** The names of the entries, in the order of the file. */
  static final ImmutableList<String> ENTRIES =
      ImmutableList.of(ArchiveReader.SUMS, DESCRIPTION, WEIGHTS);

  private FormatTwoFile() {}

  /**
   * Writes a model.
   *
   * @throws IOException if the model cannot be written, or the file could not be read back
   */
  static void write(StoredModel model, OutputStream out) throws IOException {
    byte[] json = ModelJson.write(model.description());
    ArchiveWriter archive = new ArchiveWriter();
    archive.add(DESCRIPTION, json, MAX_DESCRIPTION);
    // Fails now, not when the file is loaded, if the description could not be read back.
    ModelJson.read(DESCRIPTION, json);
    Map<String, Tensor> tensors =
        StoredWeights.tensors(model.description().graph(), model.weights());
    archive.add(WEIGHTS, tensors);
    archive.writeTo(out);
  }

  /** Returns the SHA-256 of the entry with the weights, in hexadecimal digits. */
  static String weightsSha256(StoredModel model) throws IOException {
    Hasher sha256 = Hashing.sha256().newHasher();
    SafetensorsWriter.write(
        StoredWeights.tensors(model.description().graph(), model.weights()),
        Funnels.asOutputStream(sha256));
    return sha256.hash().toString();
  }

  /**
   * Reads a description.
   *
   * @throws UnreadableFileException if its values do not match each other
   */
  static Description checked(String source, ArchiveContent.Reading<Description> reading)
      throws IOException {
    try {
      return reading.read();
    } catch (IllegalArgumentException | ArithmeticException e) {
      String message = e.getMessage() == null ? e.toString() : e.getMessage();
      throw new UnreadableFileException(source, "", message, e);
    }
  }

  /**
   * Reads a model.
   *
   * @param entries the entries of the file, at the first one
   * @throws IOException if an entry is missing, damaged or not valid
   */
  static StoredModel read(EntryReader entries) throws IOException {
    ArchiveReader archive = ArchiveReader.of(entries);
    archive.requireNames(SUMMED);
    byte[] text = archive.bytes(DESCRIPTION, MAX_DESCRIPTION);
    Description description = checked(DESCRIPTION, () -> ModelJson.read(DESCRIPTION, text));
    Weights weights =
        archive.tensors(
            WEIGHTS, (source, stream) -> StoredWeights.read(source, description.graph(), stream));
    archive.requireEnd();
    List<String> nonFinite = weights.nonFinite();
    if (!nonFinite.isEmpty()) {
      throw new UnreadableFileException(
          WEIGHTS, "", "all values must be finite, got " + String.join("; ", nonFinite));
    }
    return new StoredModel(description, weights);
  }
}
