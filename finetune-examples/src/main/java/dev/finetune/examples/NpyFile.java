package dev.finetune.examples;

import dev.finetune.weights.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;

/**
 * NumPy's .npy format, version 1.0: a padded header, then little-endian float32 in C order. Source:
 * the documentation of {@code numpy.lib.format}.
 */
final class NpyFile {

  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
  private static final int ALIGNMENT = 64;

  private NpyFile() {}

  /** Writes a tensor; an existing file is replaced. */
  static void write(Tensor tensor, Path file) throws IOException {
    String shape =
        tensor.shape().stream().map(d -> d + ",").collect(Collectors.joining(" ", "(", ")"));
    String header = "{'descr': '<f4', 'fortran_order': False, 'shape': " + shape + ", }";
    int used = MAGIC.length + 2 + header.length() + 1;
    int padding = (ALIGNMENT - used % ALIGNMENT) % ALIGNMENT;
    byte[] padded = (header + " ".repeat(padding) + "\n").getBytes(StandardCharsets.US_ASCII);
    ByteBuffer bytes =
        ByteBuffer.allocate(MAGIC.length + 2 + padded.length + 4 * tensor.values().length)
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(MAGIC).putShort((short) padded.length).put(padded);
    bytes.asFloatBuffer().put(tensor.values());
    Files.write(file, bytes.array());
  }
}
