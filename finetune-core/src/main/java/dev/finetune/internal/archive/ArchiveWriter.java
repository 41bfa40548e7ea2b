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
 * Writes a zip with checksums. The checksums come first, so a reader can verify each entry as it
 * reads it. Entries are not compressed, so a reader knows their sizes before it allocates memory.
 * The same entries always give the same bytes.
 */
public final class ArchiveWriter {

  private final List<EntryWriter> entries = new ArrayList<>();

  /**
   * Adds an entry with bytes as its content.
   *
   * @param most the maximum number of bytes that the reader accepts
   * @throws IOException if the content is larger, or the name is not allowed
   */
  public void add(String name, byte[] content, int most) throws IOException {
    if (content.length > most) {
      throw new IOException(name + " must have at most " + most + " bytes, got " + content.length);
    }
    add(name, out -> out.write(content));
  }

  /**
   * Adds an entry with tensors in the safetensors format.
   *
   * @throws IOException if the name is not allowed
   */
  public void add(String name, Map<String, Tensor> tensors) throws IOException {
    add(name, out -> SafetensorsWriter.write(tensors, out));
  }

  private void add(String name, AtomicFiles.Content content) throws IOException {
    Sha256Sums.requireName(name);
    entries.add(EntryWriter.of(name, content));
  }

  /**
   * Writes the checksums and the entries, in the order in which they were added.
   *
   * @throws IOException if there are more entries than the reader accepts, or writing fails
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
