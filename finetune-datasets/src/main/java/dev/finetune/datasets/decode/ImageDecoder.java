package dev.finetune.datasets.decode;

import dev.finetune.image.ColourRule;
import dev.finetune.image.Pixels;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** Decodes the formats that are read, upright. */
public final class ImageDecoder {

  /** The system property of the WebP reader with the folder that it unpacks its library into. */
  private static final String WEBP_FOLDER = "com.luciad.imageio.webp.tmpdir";

  /**
   * What the JPEG reader says, as a warning only, of data that it cannot decode (libjpeg). Bytes
   * that are left over are not among them: cameras write them.
   */
  private static final Pattern DAMAGED =
      Pattern.compile(
          "bad huffman code|bad arithmetic code|instead of rst|inconsistent progression");

  private ImageDecoder() {}

  /**
   * Decodes a file.
   *
   * @param format its format
   * @param limit the largest number of pixels
   * @param rule what to do with the colour profile of a PNG, JPEG or WebP file
   * @throws IOException if the file is damaged or has too many pixels; the message does not name it
   */
  public static Pixels decode(byte[] file, ImageFormat format, PixelLimit limit, ColourRule rule)
      throws IOException {
    return switch (format) {
      case PNG -> {
        PngFile png = PngFile.of(file);
        yield coloured(png(png, limit), png.profile(), rule);
      }
      case JPEG -> {
        JpegFile jpeg = JpegFile.of(file);
        yield coloured(jpeg(jpeg, limit), jpeg.profile(), rule);
      }
      case WEBP -> {
        WebpFile webp = WebpFile.of(file);
        yield coloured(
            Orientation.upright(webp(webp, limit), webp.orientation()), webp.profile(), rule);
      }
      case PNM -> new PnmReader(file, limit).read();
      case BMP -> new BmpReader(file, limit).read();
      case GIF -> new GifReader(file, limit).read();
    };
  }

  private static Pixels coloured(Pixels image, Optional<EmbeddedProfile> profile, ColourRule rule)
      throws IOException {
    return profile.isEmpty() || rule == ColourRule.STORED
        ? image
        : DecodeMemory.within(image.width(), image.height(), () -> profile.get().toSrgb(image));
  }

  private static Pixels png(PngFile png, PixelLimit limit) throws IOException {
    limit.require(png.width(), png.height());
    Pixels image =
        reading(
            Codecs.pngReader(),
            png.bytes(),
            limit,
            reader -> {
              BufferedImage read = reader.read(0);
              if (png.paletteSize().isPresent()) {
                requireInPalette(read, png.paletteSize().getAsInt());
              }
              return RgbPlanes.of(read);
            });
    return Orientation.upright(image, png.orientation());
  }

  /** Java's reader fills the palette with black. Colour images may have one as a suggestion. */
  private static void requireInPalette(BufferedImage image, int colours) throws IOException {
    if (!(image.getColorModel() instanceof IndexColorModel)) {
      return;
    }
    Raster raster = image.getRaster();
    int[] row = new int[raster.getWidth()];
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getSamples(raster.getMinX(), raster.getMinY() + y, row.length, 1, 0, row);
      for (int index : row) {
        PaletteIndex.require(index, colours);
      }
    }
  }

  private static Pixels jpeg(JpegFile jpeg, PixelLimit limit) throws IOException {
    limit.require(jpeg.width(), jpeg.height());
    Pixels image =
        jpeg.components() == JpegFile.INKS
            ? reading(
                Codecs.rawJpegReader(),
                jpeg.bytes(),
                limit,
                reader -> InkPlanes.of(reader.readRaster(0, null), jpeg.adobeTransform()))
            : read(Codecs.jpegReader(), jpeg.bytes(), limit);
    return Orientation.upright(image, jpeg.orientation());
  }

  private static Pixels webp(WebpFile webp, PixelLimit limit) throws IOException {
    boolean canvas = webp.width() > 0;
    if (canvas) {
      limit.require(webp.width(), webp.height());
    }
    try {
      Pixels image = read(Codecs.webpReader(), webp.bytes(), limit);
      return canvas
          ? Canvas.around(image, webp.left(), webp.top(), webp.width(), webp.height(), 0, 0, 0)
          : image;
    } catch (OutOfMemoryError e) {
      // What the reader throws, with the heap untouched, if libwebp reports that it lacks memory:
      // also for damaged transparency.
      throw new IOException("the image is damaged, or libwebp lacks memory for it", e);
    } catch (LinkageError e) {
      throw new MissingCodecException(
          "WebP needs a native library, which could not be loaded from "
              + System.getProperty(WEBP_FOLDER, System.getProperty("java.io.tmpdir"))
              + "; the system property "
              + WEBP_FOLDER
              + " chooses another folder, which must be writable and allow execution: "
              + e.getMessage(),
          e);
    }
  }

  private static Pixels read(ImageReader reader, byte[] file, PixelLimit limit) throws IOException {
    return reading(reader, file, limit, r -> RgbPlanes.of(r.read(0)));
  }

  /** Reads an image with a reader. */
  interface Reading {
    Pixels from(ImageReader reader) throws IOException;
  }

  /**
   * Reads an image. Disposes the reader.
   *
   * @throws IOException if the reader throws anything, or warns that a part is missing
   */
  static Pixels reading(ImageReader reader, byte[] file, PixelLimit limit, Reading reading)
      throws IOException {
    List<String> warnings = new ArrayList<>();
    DecodeTime time = DecodeTime.start();
    try (ImageInputStream stream =
        new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
      reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
      reader.setInput(stream, true, true);
      int width = reader.getWidth(0);
      int height = reader.getHeight(0);
      limit.require(width, height);
      Pixels image = DecodeMemory.within(width, height, () -> inTime(time, reader, reading));
      requireWhole(warnings);
      return image;
    } catch (EOFException e) {
      throw new IOException("the image is cut off", e);
    } catch (RuntimeException e) {
      // Readers throw those of array accesses, among others, on damaged files.
      throw new IOException("the image is damaged: " + e, e);
    } finally {
      reader.dispose();
    }
  }

  private static Pixels inTime(DecodeTime time, ImageReader reader, Reading reading)
      throws IOException {
    time.limit(reader);
    Pixels image = reading.from(reader);
    time.require();
    return image;
  }

  /** The JPEG reader fills the missing part with grey and only warns. */
  private static void requireWhole(List<String> warnings) throws IOException {
    for (String warning : warnings) {
      String lower = warning.toLowerCase(Locale.ROOT);
      if (lower.contains("premature") || lower.contains("truncated")) {
        throw new IOException("the image is cut off: " + warning);
      } else if (DAMAGED.matcher(lower).find()) {
        throw new IOException("the image is damaged: " + warning);
      }
    }
  }
}
