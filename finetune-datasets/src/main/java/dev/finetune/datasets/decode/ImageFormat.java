package dev.finetune.datasets.decode;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A format of image files that is read. A file has the format of its first bytes. */
public enum ImageFormat {
  PNG("PNG"),
  JPEG("JPEG"),
  WEBP("WebP"),
  /** PBM, PGM and PPM, as text and binary. */
  PNM("PNM"),
  BMP("BMP"),
  GIF("GIF");

  private final String label;

  ImageFormat(String label) {
    this.label = label;
  }

  /** Returns the format of a file; empty if it is none of these. */
  public static Optional<ImageFormat> of(byte[] file) {
    if (begins(file, 0, "\u0089PNG\r\n\u001a\n")) {
      return Optional.of(PNG);
    } else if (begins(file, 0, "\u00ff\u00d8\u00ff")) {
      return Optional.of(JPEG);
    } else if (begins(file, 0, "RIFF") && begins(file, 8, "WEBP")) {
      return Optional.of(WEBP);
    } else if (begins(file, 0, "GIF87a") || begins(file, 0, "GIF89a")) {
      return Optional.of(GIF);
    } else if (begins(file, 0, "BM")) {
      return Optional.of(BMP);
    }
    boolean pnm =
        file.length > 2 && file[0] == 'P' && file[1] >= '1' && file[1] <= '6' && isSpace(file[2]);
    return pnm ? Optional.of(PNM) : Optional.empty();
  }

  /** Returns whether a text in Latin-1 stands at a place of a file. */
  static boolean begins(byte[] file, int at, String magic) {
    byte[] bytes = magic.getBytes(StandardCharsets.ISO_8859_1);
    if (file.length < at + bytes.length) {
      return false;
    }
    for (int i = 0; i < bytes.length; i++) {
      if (file[at + i] != bytes[i]) {
        return false;
      }
    }
    return true;
  }

  /** Returns whether a byte is white space in a PNM header; a comment may follow the magic too. */
  private static boolean isSpace(byte value) {
    return value == ' ' || (value >= '\t' && value <= '\r') || value == '#';
  }

  @Override
  public String toString() {
    return label;
  }
}
