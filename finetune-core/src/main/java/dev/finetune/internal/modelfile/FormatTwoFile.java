package dev.finetune.internal.modelfile;

import com.google.common.collect.ImmutableList;
import com.google.common.hash.Hashing;
import com.google.common.hash.HashingInputStream;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.Weights;
import dev.finetune.weights.safetensors.SafetensorsStream;
import dev.finetune.weights.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipOutputStream;

/**
 * A file of the format that is written: the sums first, so that each entry behind them can be
 * checked when it is read; none is compressed, so that sizes are known before there is room for
 * anything.
 */
final class FormatTwoFile {

  static final int MAX_DESCRIPTION = 16 << 20;

  private static final String DESCRIPTION = "model.json";
  private static final String WEIGHTS = "weights.safetensors";
  private static final List<String> SUMMED = List.of(DESCRIPTION, WEIGHTS);

  /** In the order in which they lie in the file. */
  static final ImmutableList<String> ENTRIES =
      ImmutableList.of(Sha256Sums.NAME, DESCRIPTION, WEIGHTS);

  private FormatTwoFile() {}

  /**
   * Writes a model.
   *
   * @throws IOException if it cannot be written, or could not be read again
   */
  static void write(StoredModel model, OutputStream out) throws IOException {
    byte[] json = ModelJson.write(model.description());
    if (json.length > MAX_DESCRIPTION) {
      throw new IOException(
          DESCRIPTION + " must have at most " + MAX_DESCRIPTION + " bytes, got " + json.length);
    }
    // What could not be read again is told while the model is still there.
    ModelJson.read(DESCRIPTION, json);
    Map<String, Tensor> tensors =
        StoredWeights.tensors(model.description().graph(), model.weights());
    EntryWriter description = EntryWriter.of(DESCRIPTION, to -> to.write(json));
    EntryWriter weights = EntryWriter.of(WEIGHTS, to -> SafetensorsWriter.write(tensors, to));
    byte[] sums = Sha256Sums.write(List.of(description, weights));
    ZipOutputStream zip = new ZipOutputStream(out);
    EntryWriter.of(Sha256Sums.NAME, to -> to.write(sums)).writeTo(zip);
    description.writeTo(zip);
    weights.writeTo(zip);
    zip.finish();
  }

  /** Reads a model from the first entry on. */
  static StoredModel read(EntryReader entries) throws IOException {
    Sha256Sums sums =
        Sha256Sums.read(bytes(entries, Sha256Sums.NAME, Sha256Sums.MAX_BYTES), SUMMED);
    entries.next();
    byte[] json = bytes(entries, DESCRIPTION, MAX_DESCRIPTION);
    sums.require(DESCRIPTION, Hashing.sha256().hashBytes(json));
    Description description = ModelJson.read(DESCRIPTION, json);
    entries.next();
    Weights weights = weights(entries, description, sums);
    entries.next();
    if (entries.name() != null) {
      throw new IOException("the entries must be " + ENTRIES + ", got also " + entries.name());
    }
    return new StoredModel(description, weights);
  }

  private static byte[] bytes(EntryReader entries, String name, int most) throws IOException {
    int size = (int) entries.stored(name, most);
    byte[] bytes = entries.content().readNBytes(size);
    entries.requireEnd();
    return bytes;
  }

  /** The hash is of the very bytes that the values are made of. */
  private static Weights weights(EntryReader entries, Description description, Sha256Sums sums)
      throws IOException {
    long size = entries.stored(WEIGHTS, Long.MAX_VALUE);
    HashingInputStream hashed = new HashingInputStream(Hashing.sha256(), entries.content());
    SafetensorsStream stream = SafetensorsStream.open(WEIGHTS, hashed, size);
    Weights weights = StoredWeights.read(WEIGHTS, description.graph(), stream);
    sums.require(WEIGHTS, hashed.hash());
    entries.requireEnd();
    List<String> nonFinite = weights.nonFinite();
    if (!nonFinite.isEmpty()) {
      throw new IOException(
          WEIGHTS + ": a model's weights are finite, got " + String.join("; ", nonFinite));
    }
    return weights;
  }
}
