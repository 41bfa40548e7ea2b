package dev.finetune.internal.archive;

import dev.finetune.internal.files.AtomicFiles;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipOutputStream;

/**
 * Writes a zip whose entries are checked when they are read: the sums first, so that each entry
 * behind them can be checked as it comes; none is compressed, so that sizes are known before there
 * is room for anything. The same entries give the same bytes.
 */
public final class ArchiveWriter {

  private final List<EntryWriter> entries = new ArrayList<>();

  /**
   * Adds an entry of these bytes.
   *
   * @param most bytes that are read again
   * @throws IOException if such an entry could not be read again
   */
  public void add(String name, byte[] content, int most) throws IOException {
    if (content.length > most) {
      throw new IOException(name + " must have at most " + most + " bytes, got " + content.length);
    }
    add(name, out -> out.write(content));
  }

  /** Adds an entry of these tensors, as safetensors. */
  public void add(String name, Map<String, Tensor> tensors) throws IOException {
    add(name, out -> SafetensorsWriter.write(tensors, out));
  }

  private void add(String name, AtomicFiles.Content content) throws IOException {
    Sha256Sums.requireName(name);
    entries.add(EntryWriter.of(name, content));
  }

  /**
   * Writes the sums and the entries, in the order in which they were added.
   *
   * @throws IOException if there are too many to be read again
   */
  public void writeTo(OutputStream out) throws IOException {
    byte[] sums = Sha256Sums.write(entries);
    Sha256Sums.requireSize(sums);
    ZipOutputStream zip = new ZipOutputStream(out);
    EntryWriter.of(Sha256Sums.NAME, to -> to.write(sums)).writeTo(zip);
    for (EntryWriter entry : entries) {
      entry.writeTo(zip);
    }
    zip.finish();
  }
}
