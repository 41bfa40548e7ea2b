package dev.finetune.datasets;

import dev.finetune.image.Pixels;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Decodes images: PNG, JPEG (CMYK too), WebP, PPM/PGM/PBM, BMP and GIF (its first frame).
 *
 * <p>Every image becomes RGB. Grey values are repeated in the three channels; 16-bit values keep
 * their precision; palettes are looked up; an alpha channel is dropped, not blended, as Keras and
 * torchvision do it; a JPEG, PNG or WebP with an EXIF orientation is turned upright.
 */
public final class Images {

  private Images() {}

  /**
   * Decodes a file.
   *
   * @throws IOException if it is missing, empty, truncated or no image; the message names the file
   */
  public static Pixels read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException(file + ": no such file");
    }
    return decode(Files.readAllBytes(file), file.toString());
  }

  /**
   * Decodes a stream, which is read to its end and not closed.
   *
   * @param name what to call it in messages
   */
  public static Pixels read(InputStream stream, String name) throws IOException {
    return decode(stream.readAllBytes(), name);
  }

  /** The pixels of an image in memory. */
  public static Pixels of(BufferedImage image) {
    return RgbPlanes.of(image);
  }

  private static Pixels decode(byte[] bytes, String name) throws IOException {
    if (bytes.length == 0) {
      throw new IOException(name + ": the file is empty");
    }
    try (ImageInputStream stream =
        new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
      if (!readers.hasNext()) {
        throw new IOException(
            name + ": not an image that can be read (PNG, JPEG, WebP, PPM, BMP or GIF)");
      }
      ImageReader reader = readers.next();
      try {
        BufferedImage image = decode(reader, stream, name);
        int orientation = Orientation.of(bytes, reader.getFormatName());
        return Orientation.upright(RgbPlanes.of(image), orientation);
      } finally {
        reader.dispose();
      }
    }
  }

  private static BufferedImage decode(ImageReader reader, ImageInputStream stream, String name)
      throws IOException {
    List<String> warnings = new ArrayList<>();
    reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
    reader.setInput(stream, true, true);
    BufferedImage image;
    try {
      image = reader.read(0);
    } catch (IOException | RuntimeException e) {
      // Readers throw whatever their arrays throw when a file is corrupt.
      throw new IOException(
          name + ": the " + reader.getFormatName() + " image is corrupt: " + e.getMessage(), e);
    }
    for (String warning : warnings) {
      // JPEG readers fill what is missing with grey and only warn.
      String lower = warning.toLowerCase(Locale.ROOT);
      if (lower.contains("premature") || lower.contains("truncated")) {
        throw new IOException(name + ": the image is cut off: " + warning);
      }
    }
    return image;
  }
}
