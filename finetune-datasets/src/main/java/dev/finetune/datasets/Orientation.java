package dev.finetune.datasets;

import com.drew.imaging.ImageMetadataReader;
import com.drew.imaging.ImageProcessingException;
import com.drew.metadata.exif.ExifIFD0Directory;
import com.google.common.collect.ImmutableSet;
import dev.finetune.image.Pixels;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Locale;

/** The EXIF orientation of an image, numbered 1 to 8 as in the EXIF standard. */
final class Orientation {

  private static final int UPRIGHT = 1;
  private static final ImmutableSet<String> WITH_EXIF = ImmutableSet.of("jpeg", "png", "webp");

  private Orientation() {}

  /** Returns the orientation of an image file, 1 (upright) if it has none. */
  static int of(byte[] file, String format) throws IOException {
    if (!WITH_EXIF.contains(format.toLowerCase(Locale.ROOT))) {
      return UPRIGHT;
    }
    try {
      Integer tag = null;
      for (ExifIFD0Directory directory :
          ImageMetadataReader.readMetadata(new ByteArrayInputStream(file), file.length)
              .getDirectoriesOfType(ExifIFD0Directory.class)) {
        tag = tag == null ? directory.getInteger(ExifIFD0Directory.TAG_ORIENTATION) : tag;
      }
      return tag == null || tag < 1 || tag > 8 ? UPRIGHT : tag;
    } catch (ImageProcessingException e) {
      // Broken metadata does not make the pixels unusable; image viewers ignore it as well.
      return UPRIGHT;
    }
  }

  /** Rotates and mirrors an image as its orientation requires. */
  static Pixels upright(Pixels image, int orientation) {
    if (orientation == UPRIGHT) {
      return image;
    }
    boolean sideways = orientation >= 5;
    int height = sideways ? image.width() : image.height();
    int width = sideways ? image.height() : image.width();
    float[] planes = new float[3 * height * width];
    int o = 0;
    for (int channel = 0; channel < 3; channel++) {
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          planes[o++] = source(image, orientation, channel, y, x);
        }
      }
    }
    return Pixels.ofPlanes(height, width, planes);
  }

  private static float source(Pixels image, int orientation, int channel, int y, int x) {
    int bottom = image.height() - 1;
    int right = image.width() - 1;
    return switch (orientation) {
      case 2 -> image.at(channel, y, right - x);
      case 3 -> image.at(channel, bottom - y, right - x);
      case 4 -> image.at(channel, bottom - y, x);
      case 5 -> image.at(channel, x, y);
      case 6 -> image.at(channel, bottom - x, y);
      case 7 -> image.at(channel, bottom - x, right - y);
      case 8 -> image.at(channel, x, right - y);
      default ->
          throw new IllegalArgumentException(
              "The EXIF orientation must be in 1 to 8, got " + orientation);
    };
  }
}
