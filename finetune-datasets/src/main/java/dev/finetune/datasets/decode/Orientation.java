package dev.finetune.datasets.decode;

import dev.finetune.image.Pixels;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The orientation of an image, numbered 1 to 8 as in the EXIF standard. It is that of EXIF, or else
 * of XMP, as in Pillow. Damaged metadata does not make the pixels unusable.
 */
final class Orientation {

  private static final int UPRIGHT = 1;

  private static final Pattern XMP = Pattern.compile("tiff:Orientation(?:=\"|>)([0-9])");

  private Orientation() {}

  /**
   * Returns an orientation, 1 (upright) without one.
   *
   * @param exif EXIF metadata; empty without it
   * @param xmp XMP metadata, which is XML; empty without it
   */
  static int of(byte[] exif, byte[] xmp) {
    OptionalInt tag = Exif.orientation(exif);
    return valid(tag.isPresent() ? tag.getAsInt() : inXmp(xmp));
  }

  private static int inXmp(byte[] xmp) {
    Matcher found = XMP.matcher(new String(xmp, StandardCharsets.ISO_8859_1));
    return found.find() ? Integer.parseInt(found.group(1)) : UPRIGHT;
  }

  private static int valid(int orientation) {
    return orientation < 1 || orientation > 8 ? UPRIGHT : orientation;
  }

  /** Rotates and mirrors an image as its orientation requires. */
  static Pixels upright(Pixels image, int orientation) {
    if (orientation == UPRIGHT) {
      return image;
    }
    boolean sideways = orientation >= 5;
    int height = sideways ? image.width() : image.height();
    int width = sideways ? image.height() : image.width();
    return image.rearranged(height, width, (y, x) -> source(image, orientation, y, x));
  }

  /** Returns the index of the pixel that belongs to a place of the upright image. */
  private static int source(Pixels image, int orientation, int y, int x) {
    int bottom = image.height() - 1;
    int right = image.width() - 1;
    return switch (orientation) {
      case 2 -> y * image.width() + right - x;
      case 3 -> (bottom - y) * image.width() + right - x;
      case 4 -> (bottom - y) * image.width() + x;
      case 5 -> x * image.width() + y;
      case 6 -> (bottom - x) * image.width() + y;
      case 7 -> (bottom - x) * image.width() + right - y;
      case 8 -> x * image.width() + right - y;
      default ->
          throw new IllegalArgumentException(
              "The EXIF orientation must be in 1 to 8, got " + orientation);
    };
  }
}
