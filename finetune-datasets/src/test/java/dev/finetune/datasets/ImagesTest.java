package dev.finetune.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.finetune.data.UnreadableFileException;
import dev.finetune.image.Pixels;
import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.WritableRaster;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.imageio.ImageIO;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImagesTest {

  @TempDir Path folder;

  private static Pixels roundTrip(BufferedImage image, String format) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    assertThat(ImageIO.write(image, format, bytes)).isTrue();
    return Images.read(new ByteArrayInputStream(bytes.toByteArray()), "image." + format);
  }

  private static void assertColor(Pixels p, int row, int column, float r, float g, float b) {
    assertThat(new float[] {p.at(0, row, column), p.at(1, row, column), p.at(2, row, column)})
        .containsExactly(new float[] {r, g, b}, Offset.offset(12f));
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "bmp", "gif", "jpg"})
  void should_decode_what_java_writes(String format) throws IOException {
    BufferedImage image = new BufferedImage(16, 8, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 128; i++) {
      image.setRGB(i % 16, i / 16, i % 16 < 8 ? 0xc81414 : 0x1414c8);
    }

    Pixels read = roundTrip(image, format);

    assertColor(read, 4, 1, 200, 20, 20);
    assertColor(read, 4, 14, 20, 20, 200);
  }

  /** Java would treat grey 100 as linear light and return 168. */
  @Test
  void should_repeat_grey_as_it_is() throws IOException {
    BufferedImage image = new BufferedImage(3, 2, BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setSample(1, 1, 0, 100);

    Pixels read = roundTrip(image, "png");

    for (int channel = 0; channel < 3; channel++) {
      assertThat(read.at(channel, 1, 1)).isEqualTo(100f);
      assertThat(read.at(channel, 0, 0)).isZero();
    }
  }

  @Test
  void should_keep_the_precision_of_16_bits() throws IOException {
    BufferedImage grey = new BufferedImage(2, 1, BufferedImage.TYPE_USHORT_GRAY);
    grey.getRaster().setSample(0, 0, 0, 32896 + 64);
    ComponentColorModel model =
        new ComponentColorModel(
            ColorSpace.getInstance(ColorSpace.CS_sRGB),
            false,
            false,
            Transparency.OPAQUE,
            DataBuffer.TYPE_USHORT);
    WritableRaster raster = model.createCompatibleWritableRaster(1, 1);
    raster.setPixel(0, 0, new int[] {65535, 257, 514 + 128});
    BufferedImage color = new BufferedImage(model, raster, false, null);

    // One 8-bit step is 257 16-bit steps.
    assertThat(roundTrip(grey, "png").at(0, 0, 0)).isCloseTo(32960 / 257f, Offset.offset(1e-3f));
    Pixels read = roundTrip(color, "png");
    assertThat(new float[] {read.at(0, 0, 0), read.at(1, 0, 0), read.at(2, 0, 0)})
        .containsExactly(new float[] {255, 1, 642 / 257f}, Offset.offset(1e-3f));
  }

  @Test
  void should_look_palettes_up_and_drop_alpha() throws IOException {
    byte[] reds = {0, (byte) 200};
    IndexColorModel palette =
        new IndexColorModel(1, 2, reds, new byte[] {0, 30}, new byte[] {0, 40});
    BufferedImage indexed = new BufferedImage(8, 1, BufferedImage.TYPE_BYTE_BINARY, palette);
    indexed.getRaster().setSample(3, 0, 0, 1);
    BufferedImage clear = new BufferedImage(1, 1, BufferedImage.TYPE_INT_ARGB);
    clear.setRGB(0, 0, 0x40c81428);

    Pixels fromPalette = roundTrip(indexed, "png");
    Pixels fromAlpha = roundTrip(clear, "png");

    assertColor(fromPalette, 0, 3, 200, 30, 40);
    assertColor(fromAlpha, 0, 0, 200, 20, 40);
  }

  @Test
  void should_decode_ppm() throws IOException {
    byte[] header = "P6\n2 1\n255\n".getBytes(StandardCharsets.US_ASCII);
    byte[] file = Arrays.copyOf(header, header.length + 6);
    byte[] values = {10, 20, 30, 40, 50, (byte) 250};
    System.arraycopy(values, 0, file, header.length, 6);
    Path ppm = Files.write(folder.resolve("tiny.ppm"), file);

    Pixels read = Images.read(ppm);

    assertThat(read.planes()).containsExactly(10, 40, 20, 50, 30, 250);
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpg", "bmp", "gif"})
  void should_refuse_a_truncated_file(String format) throws IOException {
    BufferedImage image = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 4096; i++) {
      image.setRGB(i % 64, i / 64, i * 2654435);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(image, format, bytes);
    Path file = folder.resolve("cut." + format);
    Files.write(file, Arrays.copyOf(bytes.toByteArray(), bytes.size() / 2));

    assertThatThrownBy(() -> Images.read(file))
        .isInstanceOf(UnreadableFileException.class)
        .hasMessageContaining("cut." + format);
  }

  /** A scan goes over the whole image, however short it is. */
  @Test
  void should_refuse_more_scans_than_images_have() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(10, 11, BufferedImage.TYPE_BYTE_GRAY), "jpg", bytes);
    byte[] one = bytes.toByteArray();
    bytes.reset();
    bytes.write(one, 0, one.length - 2);
    for (int i = 0; i < 100; i++) {
      bytes.writeBytes(new byte[] {(byte) 0xff, (byte) 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 0});
    }
    bytes.write(one, one.length - 2, 2);

    assertThat(Images.read(new ByteArrayInputStream(one), "one").width()).isEqualTo(10);
    assertThatThrownBy(() -> Images.read(new ByteArrayInputStream(bytes.toByteArray()), "made.jpg"))
        .isInstanceOf(UnreadableFileException.class)
        .hasMessage(
            "made.jpg: the JPEG image cannot be read: the file must have at most 100 scans, got"
                + " 101");
  }

  /** Metadata in XML can refer to files and addresses. */
  @Test
  void should_follow_no_link_in_metadata() throws IOException {
    AtomicInteger connections = new AtomicInteger();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          connections.incrementAndGet();
          exchange.sendResponseHeaders(404, -1);
          exchange.close();
        });
    server.start();
    try {
      String address = "http://127.0.0.1:" + server.getAddress().getPort() + "/";
      for (String type :
          List.of("SYSTEM \"" + address + "\"", "[<!ENTITY e SYSTEM \"" + address + "\">]")) {
        byte[] image =
            withXmp(
                "<!DOCTYPE x " + type + "><x:xmpmeta xmlns:x=\"adobe:ns:meta/\">&e;</x:xmpmeta>");
        assertThat(Images.read(new ByteArrayInputStream(image), "made.jpg").width()).isEqualTo(10);
      }
    } finally {
      server.stop(0);
    }
    assertThat(connections).hasValue(0);
  }

  private static byte[] withXmp(String xml) throws IOException {
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(10, 11, BufferedImage.TYPE_INT_RGB), "jpg", plain);
    byte[] content = ("http://ns.adobe.com/xap/1.0/\0" + xml).getBytes(StandardCharsets.ISO_8859_1);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(plain.toByteArray(), 0, 2);
    all.write(0xff);
    all.write(0xe1);
    all.write((content.length + 2) >> 8);
    all.write(content.length + 2);
    all.writeBytes(content);
    all.write(plain.toByteArray(), 2, plain.size() - 2);
    return all.toByteArray();
  }

  @Test
  void should_limit_the_number_of_pixels() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(10, 11, BufferedImage.TYPE_INT_RGB), "png", bytes);
    Path file = Files.write(folder.resolve("image.png"), bytes.toByteArray());
    withProperty(
        "finetune.maxPixels",
        "110",
        () -> {
          assertThat(Images.read(file).height()).isEqualTo(11);
          assertThat(Images.maxPixels()).isEqualTo(110);
        });
    withProperty(
        "finetune.maxPixels",
        "109",
        () ->
            assertThatThrownBy(() -> Images.read(file))
                .isInstanceOf(UnreadableFileException.class)
                .hasMessageStartingWith(file + ": ")
                .hasMessageContaining("must have at most 109 pixels, got 10 x 11"));
    withProperty(
        "finetune.maxPixels",
        "0",
        () ->
            assertThatThrownBy(() -> Images.read(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("finetune.maxPixels must be a whole number >= 1, got 0"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpg", "gif", "bmp", "ppm"})
  void should_limit_the_time_of_decoding(String format) throws IOException {
    Path file = folder.resolve("image." + format);
    if (format.equals("ppm")) {
      Files.writeString(file, "P3 1 1 255 1 2 3");
    } else {
      ImageIO.write(new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB), format, file.toFile());
    }
    assertThat(Images.read(file)).isNotNull();
    withProperty(
        "finetune.maxDecodeSeconds",
        "1e-9",
        () ->
            assertThatThrownBy(() -> Images.read(file))
                .isInstanceOf(UnreadableFileException.class)
                .hasMessageStartingWith(file + ": ")
                .hasMessageContaining("must be decoded in 1.0E-9 s of processor time"));
    withProperty(
        "finetune.maxDecodeSeconds",
        "-1",
        () ->
            assertThatThrownBy(() -> Images.read(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("finetune.maxDecodeSeconds must be a number > 0, got -1"));
  }

  private static void withProperty(String name, String value, Executable test) throws IOException {
    String before = System.getProperty(name);
    try {
      System.setProperty(name, value);
      test.run();
    } finally {
      if (before == null) {
        System.clearProperty(name);
      } else {
        System.setProperty(name, before);
      }
    }
  }

  /** A test that reads files. */
  private interface Executable {
    void run() throws IOException;
  }

  @Test
  void should_refuse_a_file_that_is_larger_than_half_of_the_heap() throws IOException {
    Path file = folder.resolve("large.png");
    try (RandomAccessFile large = new RandomAccessFile(file.toFile(), "rw")) {
      large.setLength(Runtime.getRuntime().maxMemory() / 2 + 1); // takes no room on the disk
    }

    assertThatThrownBy(() -> Images.read(file))
        .isInstanceOf(UnreadableFileException.class)
        .hasMessageStartingWith(file + ": the file must have at most ");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void should_not_read_a_device() throws IOException {
    Path file = Files.createSymbolicLink(folder.resolve("zero.png"), Path.of("/dev/zero"));

    assertThatThrownBy(() -> Images.read(file))
        .isInstanceOf(IOException.class)
        .hasMessage(file + ": must be an image file, got a device or a pipe");
  }

  @Test
  void should_say_what_is_wrong_with_other_files() throws IOException {
    Path empty = Files.createFile(folder.resolve("empty.png"));
    Path text = Files.writeString(folder.resolve("text.png"), "not an image");

    assertThatThrownBy(() -> Images.read(empty)).hasMessage(empty + ": the file is empty");
    assertThatThrownBy(() -> Images.read(text)).hasMessageContaining("must be a PNG");
    assertThatThrownBy(() -> Images.read(folder.resolve("no.png")))
        .hasMessageContaining("no such file");
    assertThatThrownBy(() -> Images.read(folder))
        .hasMessage(folder + ": must be an image file, got a directory");
  }
}
