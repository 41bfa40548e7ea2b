package dev.finetune.datasets;

import dev.finetune.data.ImageLoader;
import dev.finetune.data.UnreadableFileException;
import dev.finetune.datasets.decode.ImageDecoder;
import dev.finetune.datasets.decode.ImageFormat;
import dev.finetune.datasets.decode.MissingCodecException;
import dev.finetune.datasets.decode.PixelLimit;
import dev.finetune.datasets.decode.RgbPlanes;
import dev.finetune.image.ColourRule;
import dev.finetune.image.Pixels;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * A decoder for PNG, JPEG (including CMYK), WebP, PPM/PGM/PBM, BMP and GIF. A file has the format
 * of its first bytes, whatever its name. Of animations it decodes the first frame.
 *
 * <p>Every image is converted to RGB with values from 0 to 255. Grey values are repeated in the
 * three channels, 16-bit values keep their precision, and palettes are resolved. An alpha channel
 * is dropped rather than blended, as in Keras and torchvision. Colour profiles are not applied: the
 * values are the stored ones, as in Keras and torchvision, whose weights expect them. With {@link
 * ColourRule#SRGB} the profiles in JPEG, PNG and WebP images are applied. Values without a profile,
 * or with one that is damaged or does not fit, are taken as sRGB, and CMYK images are converted
 * without theirs. JPEG, PNG and WebP images with an orientation in EXIF, or else in XMP, are turned
 * upright.
 *
 * <p>The readers are always the same, whatever plug-ins ImageIO has or finds from a thread. An
 * image of more than 100 million pixels is refused before memory is taken for it; the system
 * property {@code finetune.maxPixels} sets another limit. Decoding ends with an error after 60
 * seconds of processor time, or those in {@code finetune.maxDecodeSeconds}; no image within the
 * limit of pixels needs them. WebP has only the limit of pixels, which bounds its time too.
 */
public final class Images {

  private Images() {}

  /**
   * Decodes a file.
   *
   * @param file the file to decode
   * @return its pixels, upright
   * @throws UnreadableFileException if the file is empty, truncated, corrupt, too large or not an
   *     image
   * @throws IOException if the file is missing or cannot be read; the message names the file
   */
  public static Pixels read(Path file) throws IOException {
    return read(file, ColourRule.STORED);
  }

  /**
   * Decodes a file for a model, with {@code model.colours()}.
   *
   * @param file the file to decode
   * @param colours what to do with its colour profile
   * @return its pixels, upright
   * @throws UnreadableFileException if the file is empty, truncated, corrupt, too large or not an
   *     image
   * @throws IOException if the file is missing or cannot be read; the message names the file
   */
  public static Pixels read(Path file, ColourRule colours) throws IOException {
    if (Files.isDirectory(file)) {
      throw new IOException(file + ": must be an image file, got a directory");
    }
    if (!Files.isRegularFile(file)) {
      throw new IOException(
          file
              + (Files.exists(file)
                  ? ": must be an image file, got a device or a pipe"
                  : Files.isSymbolicLink(file)
                      ? ": this link leads to no file"
                      : ": no such file"));
    }
    return decode(bytes(file), file.toString(), colours);
  }

  /** Returns what is in a file, if there is room for it beside what is decoded from it. */
  private static byte[] bytes(Path file) throws IOException {
    long most = Math.min(Integer.MAX_VALUE - 8L, Runtime.getRuntime().maxMemory() / 2);
    long size = Files.size(file);
    if (size > most) {
      throw new UnreadableFileException(
          file.toString(),
          "",
          String.format(
              Locale.ROOT,
              "the file must have at most %,d MB, half of the heap, got %,d MB",
              most >> 20,
              size >> 20));
    }
    try {
      return Files.readAllBytes(file);
    } catch (FileSystemException e) {
      throw e; // its message names the file
    } catch (IOException e) {
      throw new IOException(file + ": the file cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * {@return a loader of the files of items, such as the rows of a database} Datasets of them know
   * how colours are read, and {@code withColours} changes it; at first it is {@link
   * ColourRule#STORED}.
   *
   * <pre>{@code
   * ImageDataset.of(rows, Row::species, Row::key, Images.loader(Row::file));
   * }</pre>
   *
   * @param <T> the type of the items
   * @param file returns the image file of an item
   */
  public static <T> ImageLoader<T> loader(Function<? super T, Path> file) {
    return new FileLoader<>(file, ColourRule.STORED);
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
   * @throws UnreadableFileException if the stream is empty, truncated, corrupt, too large or not an
   *     image; it names {@code name}
   * @throws IOException if the stream cannot be read
   */
  public static Pixels read(InputStream stream, String name) throws IOException {
    return read(stream, name, ColourRule.STORED);
  }

  /**
   * Decodes a stream for a model, with {@code model.colours()}. The stream is read to its end and
   * not closed.
   *
   * @param stream the bytes of an image file
   * @param name the name of the image in messages
   * @param colours what to do with the colour profile
   * @return its pixels, upright
   * @throws UnreadableFileException if the stream is empty, truncated, corrupt, too large or not an
   *     image; it names {@code name}
   * @throws IOException if the stream cannot be read
   */
  public static Pixels read(InputStream stream, String name, ColourRule colours)
      throws IOException {
    return decode(stream.readAllBytes(), name, colours);
  }

  /**
   * {@return the largest number of pixels that a file may have: that of the system property {@code
   * finetune.maxPixels}, or 100 million}
   *
   * @throws IllegalArgumentException if the property is not a whole number from 1
   */
  public static long maxPixels() {
    return PixelLimit.current().most();
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

  private static Pixels decode(byte[] bytes, String name, ColourRule colours) throws IOException {
    if (bytes.length == 0) {
      throw new UnreadableFileException(name, "", "the file is empty");
    }
    ImageFormat format =
        ImageFormat.of(bytes)
            .orElseThrow(
                () ->
                    new UnreadableFileException(
                        name,
                        "",
                        "the file must be a PNG, JPEG, WebP, PPM, BMP or GIF image, got another"
                            + " format"));
    try {
      return ImageDecoder.decode(bytes, format, PixelLimit.current(), colours);
    } catch (MissingCodecException e) {
      throw new IOException(
          name + ": the " + format + " image cannot be read: " + e.getMessage(), e);
    } catch (IOException e) { // of the content: the bytes are in memory
      throw new UnreadableFileException(
          name, "", "the " + format + " image cannot be read: " + e.getMessage(), e);
    }
  }
}
