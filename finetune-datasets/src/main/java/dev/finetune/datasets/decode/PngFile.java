package dev.finetune.datasets.decode;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.zip.CRC32;

/**
 * The chunks of a PNG file that matter for its pixels (PNG specification, third edition, section
 * 5). Their checksums are compared, which Java's reader does not do.
 *
 * @param width the number of columns
 * @param height the number of rows
 * @param paletteSize the number of colours of the palette; empty without one
 * @param profile the colour profile; empty without one
 * @param orientation the orientation, from 1 to 8
 * @param bytes the file with these chunks only
 */
@SuppressWarnings("ArrayRecordComponent") // not compared
record PngFile(
    int width,
    int height,
    OptionalInt paletteSize,
    Optional<EmbeddedProfile> profile,
    int orientation,
    byte[] bytes) {

  private static final int SIGNATURE = 8;

  /** Transparency, which tells how to interpret samples. */
  private static final String TRANSPARENCY = "tRNS";

  private static final Set<String> TEXTS = Set.of("tEXt", "zTXt", "iTXt");

  /** The keyword of EXIF in a text, as ImageMagick writes it. */
  private static final String EXIF_TEXT = "Raw profile type exif";

  private static final String XMP = "XML:com.adobe.xmp";

  private static final String PROFILE = "iCCP";

  /** The bit of the colour type that is set for colours, palettes included. */
  private static final int COLOURED = 2;

  private static final String END = "IEND";

  /**
   * Reads the chunks. The last chunk, which has no content, may be missing, as other readers allow.
   *
   * @throws EOFException if a chunk is cut off
   * @throws IOException if the checksum of a chunk is wrong, or there is no image
   */
  static PngFile of(byte[] file) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(file).position(SIGNATURE);
    ByteArrayOutputStream out = new ByteArrayOutputStream(file.length);
    out.write(file, 0, SIGNATURE);
    int width = 0;
    int height = 0;
    OptionalInt palette = OptionalInt.empty();
    boolean grey = false;
    boolean deep = false;
    Optional<EmbeddedProfile.Content> profile = Optional.empty();
    byte[] exif = {};
    Map<String, PngText> texts = new HashMap<>(); // the last one of a keyword counts, as in Pillow
    boolean data = false;
    String type = "";
    while (!type.equals(END) && in.hasRemaining()) {
      int from = in.position();
      int length = in.remaining() < 12 ? -1 : in.getInt();
      if (length < 0 || length > in.remaining() - 8) {
        throw new EOFException("the file ends within a chunk at byte " + from);
      }
      type = new String(file, from + 4, 4, StandardCharsets.ISO_8859_1);
      in.position(from + 8 + length);
      CRC32 crc = new CRC32();
      crc.update(file, from + 4, 4 + length);
      boolean right = in.getInt() == (int) crc.getValue();
      boolean critical = Character.isUpperCase(type.charAt(0));
      if (critical && !right) {
        throw new IOException("the checksum of chunk " + type + " at byte " + from + " is wrong");
      }
      if (type.equals("IHDR") && length >= 8) {
        width = ByteBuffer.wrap(file).getInt(from + 8);
        height = ByteBuffer.wrap(file).getInt(from + 12);
        deep = length > 8 && file[from + 16] == Short.SIZE;
        grey = length > 9 && (file[from + 17] & COLOURED) == 0;
      } else if (type.equals("PLTE")) {
        palette = OptionalInt.of(length / 3);
      } else if (type.equals(PROFILE) && right) {
        profile = Optional.of(() -> PngProfile.of(file, from + 8, length));
      } else if (type.equals("eXIf") && right) {
        exif = Arrays.copyOfRange(file, from + 8, from + 8 + length);
      } else if (TEXTS.contains(type) && right) {
        PngText text = new PngText(file, type, from + 8, length);
        texts.put(text.keyword(), text);
      }
      data |= type.equals("IDAT");
      if (critical || (right && type.equals(TRANSPARENCY))) {
        out.write(file, from, 12 + length);
      }
    }
    if (!data) {
      throw new EOFException("the file has no chunk IDAT");
    }
    if (!type.equals(END)) {
      out.writeBytes(
          new byte[] {0, 0, 0, 0, 'I', 'E', 'N', 'D', (byte) 0xae, 0x42, 0x60, (byte) 0x82});
    }
    boolean ofGrey = grey;
    boolean ofDeep = deep;
    return new PngFile(
        width,
        height,
        palette,
        profile.map(content -> new EmbeddedProfile(content, ofGrey, ofDeep)),
        Orientation.of(
            exif.length == 0 && texts.containsKey(EXIF_TEXT)
                ? texts.get(EXIF_TEXT).rawProfile()
                : exif,
            texts.containsKey(XMP) ? texts.get(XMP).text() : new byte[0]),
        out.toByteArray());
  }
}
