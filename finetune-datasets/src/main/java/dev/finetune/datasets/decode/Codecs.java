package dev.finetune.datasets.decode;

import com.twelvemonkeys.imageio.plugins.jpeg.JPEGImageReaderSpi;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import javax.imageio.ImageReader;
import javax.imageio.ImageWriter;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.spi.ImageReaderWriterSpi;
import javax.imageio.spi.ImageWriterSpi;
import javax.imageio.spi.ServiceRegistry;

/**
 * Image readers and writers by name. ImageIO finds them with the class loader of the thread that
 * asks first: in an executable jar or a server, the same file would be read by another reader, or
 * by none.
 */
final class Codecs {

  private static final String JDK = "com.sun.imageio.plugins.";
  private static final String WEBP = "com.luciad.imageio.webp.WebPImageReaderSpi";

  private static final ImageReaderSpi PNG =
      ofJdk(ImageReaderSpi.class, JDK + "png.PNGImageReaderSpi");
  private static final ImageReaderSpi RAW_JPEG =
      ofJdk(ImageReaderSpi.class, JDK + "jpeg.JPEGImageReaderSpi");
  private static final ImageWriterSpi JPEG_WRITER =
      ofJdk(ImageWriterSpi.class, JDK + "jpeg.JPEGImageWriterSpi");
  private static final ImageReaderSpi JPEG = jpegOver(RAW_JPEG);

  private Codecs() {}

  static ImageReader pngReader() throws IOException {
    return PNG.createReaderInstance();
  }

  /** Returns a reader of grey and coloured JPEG images, which also reads damaged headers. */
  static ImageReader jpegReader() throws IOException {
    return JPEG.createReaderInstance();
  }

  /** Returns a reader of JPEG images that gives their components as they are stored. */
  static ImageReader rawJpegReader() throws IOException {
    return RAW_JPEG.createReaderInstance();
  }

  static ImageWriter jpegWriter() throws IOException {
    return JPEG_WRITER.createWriterInstance();
  }

  /** Its jar has no module name, so the module cannot require it, and the class is named here. */
  static ImageReader webpReader() throws IOException {
    try {
      return Class.forName(WEBP, true, Codecs.class.getClassLoader())
          .asSubclass(ImageReaderSpi.class)
          .getConstructor()
          .newInstance()
          .createReaderInstance();
    } catch (ReflectiveOperationException e) {
      throw new MissingCodecException(
          "WebP needs the dependency com.github.usefulness:webp-imageio", e);
    }
  }

  /** Returns a provider of the JDK, which every registry has. */
  private static <T extends ImageReaderWriterSpi> T ofJdk(Class<T> kind, String name) {
    Iterator<T> all = IIORegistry.getDefaultInstance().getServiceProviders(kind, true);
    while (all.hasNext()) {
      T provider = all.next();
      if (provider.getClass().getName().equals(name)) {
        return provider;
      }
    }
    throw new IllegalStateException(
        "The JDK's " + name + " must be registered with ImageIO, and is not");
  }

  /** Returns a provider whose readers have another one decode. It looks for it in a registry. */
  private static ImageReaderSpi jpegOver(ImageReaderSpi jdk) {
    ServiceRegistry registry =
        new ServiceRegistry(List.<Class<?>>of(ImageReaderSpi.class).iterator());
    registry.registerServiceProvider(jdk, ImageReaderSpi.class);
    JPEGImageReaderSpi jpeg = new JPEGImageReaderSpi();
    registry.registerServiceProvider(jpeg, ImageReaderSpi.class);
    return jpeg;
  }
}
