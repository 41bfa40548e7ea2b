package dev.finetune.datasets.decode;

import dev.finetune.image.Pixels;
import java.awt.color.CMMException;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.color.ProfileDataException;
import java.awt.image.ColorConvertOp;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The colour profile of an image file (ICC.1). What is in it is not trusted: values stay as they
 * are, as in browsers, if it is damaged, too large, or not for the components of the image.
 *
 * @param content the profile
 * @param grey whether the image has grey values only, whose profile is another kind
 * @param deep whether values have 16 bits
 */
record EmbeddedProfile(Content content, boolean grey, boolean deep) {

  /** Where a profile is, which need not be read if it is not applied. */
  @FunctionalInterface
  interface Content {
    /**
     * Returns the profile, or a part that is larger than the limit; empty if it is not complete.
     */
    Optional<byte[]> read();
  }

  /** More than profiles of images have, which memory is taken for. */
  static final int MOST_BYTES = 4 << 20;

  /**
   * The first of the four tags with a chain of processing elements, D2B0. A small profile can have
   * so many that a pixel takes a millisecond; profiles of images have other tags.
   */
  private static final int ELEMENTS = 0x44324230;

  private static final int ELEMENT_TAGS = 4;

  /** A value of 8 bits in 16: 255 becomes 65535. */
  private static final int DEEP = 257;

  /** Returns an image with the values that it has in sRGB. */
  Pixels toSrgb(Pixels image) {
    Optional<byte[]> bytes = content.read().filter(all -> all.length <= MOST_BYTES);
    return bytes.isEmpty() ? image : toSrgb(image, bytes.get());
  }

  private Pixels toSrgb(Pixels image, byte[] bytes) {
    try {
      ICC_Profile profile = ICC_Profile.getInstance(bytes);
      return profile.getColorSpaceType() == (grey ? ColorSpace.TYPE_GRAY : ColorSpace.TYPE_RGB)
              && isOfImages(profile.getProfileClass())
              && !hasElements(profile)
          ? converted(image, new Rows(profile, image.width(), grey, deep))
          : image;
    } catch (IllegalArgumentException | CMMException | ProfileDataException e) {
      return image; // the profile is damaged
    }
  }

  /** Returns whether a profile describes images rather than a conversion or named colours. */
  private static boolean isOfImages(int profileClass) {
    return profileClass == ICC_Profile.CLASS_INPUT
        || profileClass == ICC_Profile.CLASS_DISPLAY
        || profileClass == ICC_Profile.CLASS_OUTPUT
        || profileClass == ICC_Profile.CLASS_COLORSPACECONVERSION;
  }

  private static boolean hasElements(ICC_Profile profile) {
    return IntStream.range(ELEMENTS, ELEMENTS + ELEMENT_TAGS)
        .anyMatch(tag -> profile.getData(tag) != null);
  }

  private Pixels converted(Pixels image, Rows rows) {
    return deep ? inFloats(image, rows) : inBytes(image, rows);
  }

  private static Pixels inBytes(Pixels image, Rows rows) {
    byte[] planes = new byte[image.values()];
    rows.convert(image, (index, value) -> planes[index] = (byte) value);
    return Pixels.ofBytes(image.height(), image.width(), planes);
  }

  private static Pixels inFloats(Pixels image, Rows rows) {
    float[] planes = new float[image.values()];
    rows.convert(image, (index, value) -> planes[index] = (float) value / DEEP);
    return Pixels.ofPlanes(image.height(), image.width(), planes);
  }

  /** Receives a converted value. */
  @FunctionalInterface
  private interface Planes {
    void put(int index, int value);
  }

  /** Converts row by row: the whole image at once would take more memory. */
  private static final class Rows {

    private final ColorConvertOp conversion;
    private final WritableRaster in;
    private final WritableRaster out;
    private final float factor;

    Rows(ICC_Profile profile, int width, boolean grey, boolean deep) {
      ICC_Profile srgb = ICC_Profile.getInstance(ColorSpace.CS_sRGB);
      int type = deep ? DataBuffer.TYPE_USHORT : DataBuffer.TYPE_BYTE;
      // Perceptual, or relative colorimetric for the profiles of printers.
      conversion = new ColorConvertOp(new ICC_Profile[] {profile, srgb}, null);
      in = Raster.createInterleavedRaster(type, width, 1, grey ? 1 : 3, null);
      out = Raster.createInterleavedRaster(type, width, 1, 3, null);
      factor = deep ? DEEP : 1;
    }

    void convert(Pixels image, Planes planes) {
      int width = image.width();
      float[] values = new float[width];
      int[] samples = new int[width];
      for (int y = 0; y < image.height(); y++) {
        for (int band = 0; band < in.getNumBands(); band++) {
          image.row(band, y, values);
          for (int x = 0; x < width; x++) {
            samples[x] = Math.round(values[x] * factor);
          }
          in.setSamples(0, 0, width, 1, band, samples);
        }
        conversion.filter(in, out);
        for (int channel = 0; channel < 3; channel++) {
          out.getSamples(0, 0, width, 1, channel, samples);
          int row = (channel * image.height() + y) * width;
          for (int x = 0; x < width; x++) {
            planes.put(row + x, samples[x]);
          }
        }
      }
    }
  }
}
