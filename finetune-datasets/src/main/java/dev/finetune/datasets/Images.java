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
 * A decoder for PNG, JPEG (including CMYK), WebP, PPM/PGM/PBM, BMP and GIF (the first frame).
 *
 * <p>Every image is converted to RGB with values from 0 to 255. Grey values are repeated in the
 * three channels, 16-bit values keep their precision, and palettes are resolved. An alpha channel
 * is dropped rather than blended, as in Keras and torchvision. JPEG, PNG and WebP images with an
 * EXIF orientation are turned upright.
 */
public final class Images {

  private Images() {}

  /**
   * Decodes a file.
   *
   * @param file the file to decode
   * @return its pixels, upright
   * @throws IOException if the file is missing, empty, truncated, corrupt or not an image; the
   *     message names the file
   */
  public static Pixels read(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new IOException(file + ": must be an image file, got a directory");
    }
    if (!Files.isRegularFile(file)) {
      throw new IOException(file + ": no such file");
    }
    return decode(Files.readAllBytes(file), file.toString());
  }

  /**
   * Lists the image files in a folder and the folders in it. Files and image extensions are chosen
   * as {@link ClassFolders} does.
   *
   * @param folder the folder
   * @return the files, in the order of their paths
   * @throws IOException if the folder cannot be listed
   */
  public static List<Path> list(Path folder) throws IOException {
    return ClassFolders.files(folder).stream().filter(ClassFolders::isImage).toList();
  }

  /**
   * Decodes a stream. The stream is read to its end and not closed.
   *
   * @param stream the bytes of an image file
   * @param name the name of the image in messages
   * @return its pixels, upright
   * @throws IOException if the stream cannot be read, or is empty, truncated, corrupt or not an
   *     image; the message of a decoding error contains {@code name}
   */
  public static Pixels read(InputStream stream, String name) throws IOException {
    return decode(stream.readAllBytes(), name);
  }

  /**
   * Converts an image in memory.
   *
   * @param image an image with any colour model
   * @return its pixels as RGB, 0 to 255
   */
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
            name
                + ": the file must be a PNG, JPEG, WebP, PPM, BMP or GIF image, got another"
                + " format");
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
      // Image readers also throw unchecked exceptions, such as those of array accesses, on corrupt
      // files.
      throw new IOException(
          name + ": the " + reader.getFormatName() + " image is corrupt: " + e.getMessage(), e);
    }
    for (String warning : warnings) {
      // The JPEG reader fills the missing part with grey and only warns.
      String lower = warning.toLowerCase(Locale.ROOT);
      if (lower.contains("premature") || lower.contains("truncated")) {
        throw new IOException(name + ": the image is truncated: " + warning);
      }
    }
    return image;
  }
}
