package dev.finetune.fuzz;

import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.DeflaterOutputStream;

/** Colour profiles, and PNG files with them, whose compression no fuzzer guesses. */
final class Profiles {

  private static final int SIDE = 2;

  private Profiles() {}

  /**
   * Returns profiles of formulas, of tables and of grey values.
   *
   * @param images the folder of images with colour profiles
   */
  static List<byte[]> seeds(Path images) throws IOException {
    return List.of(
        ofWebp(Files.readAllBytes(images.resolve("display-p3.webp"))),
        ofWebp(Files.readAllBytes(images.resolve("tables.webp"))),
        ICC_Profile.getInstance(ColorSpace.CS_sRGB).getData(),
        ICC_Profile.getInstance(ColorSpace.CS_GRAY).getData());
  }

  /** Returns the profile of a WebP file, which is its second chunk. */
  private static byte[] ofWebp(byte[] file) {
    int at = 12 + 8 + 10;
    int length = Integer.reverseBytes(ByteBuffer.wrap(file).getInt(at + 4));
    return Arrays.copyOfRange(file, at + 8, at + 8 + length);
  }

  /** Returns a PNG file with a profile: of grey values if it says so, and otherwise of colours. */
  static byte[] png(byte[] profile) throws IOException {
    boolean grey =
        profile.length >= 20
            && new String(profile, 16, 4, StandardCharsets.ISO_8859_1).equals("GRAY");
    int channels = grey ? 1 : 3;
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(latin("\u0089PNG\r\n\u001a\n"));
    byte[] header =
        ByteBuffer.allocate(13)
            .putInt(SIDE)
            .putInt(SIDE)
            .put((byte) 8)
            .put((byte) (channels - 1))
            .array();
    chunk(file, "IHDR", header);
    chunk(file, "iCCP", compressed(latin("name\0\0"), profile));
    byte[] rows = new byte[SIDE * (1 + SIDE * channels)];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = (byte) (i % (1 + SIDE * channels) == 0 ? 0 : 40 * i);
    }
    chunk(file, "IDAT", compressed(new byte[0], rows));
    chunk(file, "IEND", new byte[0]);
    return Checksums.png(file.toByteArray());
  }

  private static byte[] compressed(byte[] before, byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(before);
    try (DeflaterOutputStream out = new DeflaterOutputStream(bytes)) {
      out.write(content);
    }
    return bytes.toByteArray();
  }

  private static void chunk(ByteArrayOutputStream file, String type, byte[] content) {
    file.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(content.length).array());
    file.writeBytes(latin(type));
    file.writeBytes(content);
    file.writeBytes(new byte[Integer.BYTES]); // the checksum
  }

  private static byte[] latin(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
