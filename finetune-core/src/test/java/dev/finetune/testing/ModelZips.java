package dev.finetune.testing;

import static java.util.Objects.requireNonNull;

import com.google.common.hash.Hashing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/** Reads and writes the entries of model files, to craft files with valid checksums. */
public final class ModelZips {

  /** The name of the entry with the checksums. */
  public static final String SUMS = "SHA256SUMS";

  /** The name of the entry with the description. */
  public static final String JSON = "model.json";

  /** The name of the entry with the weights. */
  public static final String WEIGHTS = "weights.safetensors";

  private ModelZips() {}

  /** Returns the contents of all entries by name, in the order of the file. */
  public static Map<String, byte[]> read(Path file) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(file))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        entries.put(entry.getName(), zip.readAllBytes());
      }
    }
    return entries;
  }

  /** Writes the entries unchanged, in their order. */
  public static Path write(Map<String, byte[]> entries, Path file) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (Map.Entry<String, byte[]> content : entries.entrySet()) {
        ZipEntry entry = new ZipEntry(content.getKey());
        CRC32 crc = new CRC32();
        crc.update(content.getValue());
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.getValue().length);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(content.getValue());
      }
    }
    return file;
  }

  /** Writes the entries with updated checksums. */
  public static Path writeSummed(Map<String, byte[]> entries, Path file) throws IOException {
    StringBuilder sums = new StringBuilder();
    for (String name : new String[] {JSON, WEIGHTS}) {
      sums.append(Hashing.sha256().hashBytes(requireNonNull(entries.get(name), name)));
      sums.append("  ").append(name).append('\n');
    }
    entries.put(SUMS, sums.toString().getBytes(StandardCharsets.US_ASCII));
    return write(entries, file);
  }
}
