package dev.finetune.fuzz;

import com.google.common.hash.Hashing;
import com.google.common.primitives.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Zips with right checksums around an input. A description ends at the first zero, which JSON does
 * not have; the rest is tensors.
 */
final class Zips {

  private Zips() {}

  static byte[] model(byte[] input) throws IOException {
    return summed(input, "model.json");
  }

  static byte[] state(byte[] input) throws IOException {
    return summed(input, "state.json");
  }

  static byte[] modelOne(byte[] input) throws IOException {
    return zip(Map.of("finetune.json", input));
  }

  /** Returns a zip of PyTorch, whose storages have zeros. */
  static byte[] torch(byte[] pickle) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("zip/data.pkl", pickle);
    for (int i = 0; i < 10; i++) {
      entries.put("zip/data/" + i, new byte[2560]); // the largest tensor of the network
    }
    return zip(entries);
  }

  static byte[] keras(byte[] weights) throws IOException {
    return zip(Map.of("model.weights.h5", weights));
  }

  private static byte[] summed(byte[] input, String description) throws IOException {
    int end = Bytes.indexOf(input, (byte) 0);
    Map<String, byte[]> content = new LinkedHashMap<>();
    content.put(description, end < 0 ? input : Arrays.copyOf(input, end));
    content.put(
        "weights.safetensors",
        end < 0 ? new byte[0] : Arrays.copyOfRange(input, end + 1, input.length));
    StringBuilder sums = new StringBuilder();
    content.forEach(
        (name, bytes) ->
            sums.append(Hashing.sha256().hashBytes(bytes)).append("  ").append(name).append('\n'));
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("SHA256SUMS", sums.toString().getBytes(StandardCharsets.US_ASCII));
    entries.putAll(content);
    return zip(entries);
  }

  /** Returns a zip without compression. */
  private static byte[] zip(Map<String, byte[]> entries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
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
    return bytes.toByteArray();
  }
}
