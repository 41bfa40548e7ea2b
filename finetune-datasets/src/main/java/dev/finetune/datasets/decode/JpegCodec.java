package dev.finetune.datasets.decode;

import dev.finetune.image.Pixels;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageReader;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageInputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Compresses images as JPEG in memory. */
public final class JpegCodec {

  private JpegCodec() {}

  /**
   * Compresses an image and decodes the result.
   *
   * @param quality from 0 to 1
   */
  public static Pixels recompressed(BufferedImage image, float quality) throws IOException {
    return decode(encode(image, quality));
  }

  private static byte[] encode(BufferedImage image, float quality) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageWriter writer = Codecs.jpegWriter();
    try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(bytes)) {
      ImageWriteParam settings = writer.getDefaultWriteParam();
      settings.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      settings.setCompressionQuality(quality);
      writer.setOutput(stream);
      writer.write(null, new IIOImage(image, null, null), settings);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  private static Pixels decode(byte[] bytes) throws IOException {
    ImageReader reader = Codecs.jpegReader();
    try (MemoryCacheImageInputStream stream =
        new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
      reader.setInput(stream, true, true);
      return RgbPlanes.of(reader.read(0));
    } finally {
      reader.dispose();
    }
  }
}
