package dev.finetune.datasets.decode;

import com.drew.imaging.ImageMetadataReader;
import com.drew.imaging.ImageProcessingException;
import com.drew.metadata.exif.ExifIFD0Directory;
import dev.finetune.image.Pixels;
import java.io.ByteArrayInputStream;
import java.io.IOException;

/** The EXIF orientation of an image, numbered 1 to 8 as in the EXIF standard. */
final class Orientation {

  private static final int UPRIGHT = 1;

  private Orientation() {}

  /** Turns a decoded file upright, if it has EXIF that says how. */
  static Pixels upright(Pixels image, byte[] file) {
    return upright(image, of(file));
  }

  /** Returns the orientation of an image file, 1 (upright) if it has none. */
  private static int of(byte[] file) {
    try {
      Integer tag = null;
      for (ExifIFD0Directory directory :
          ImageMetadataReader.readMetadata(new ByteArrayInputStream(file), file.length)
              .getDirectoriesOfType(ExifIFD0Directory.class)) {
        tag = tag == null ? directory.getInteger(ExifIFD0Directory.TAG_ORIENTATION) : tag;
      }
      return tag == null || tag < 1 || tag > 8 ? UPRIGHT : tag;
    } catch (ImageProcessingException | IOException | RuntimeException e) {
      // Broken metadata does not make the pixels unusable; image viewers ignore it as well. The
      // library throws exceptions of array accesses, among others, on crafted metadata.
      return UPRIGHT;
    }
  }

  /** Rotates and mirrors an image as its orientation requires. */
  private static Pixels upright(Pixels image, int orientation) {
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
