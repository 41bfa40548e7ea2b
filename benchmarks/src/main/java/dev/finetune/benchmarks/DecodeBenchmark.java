package dev.finetune.benchmarks;

import dev.finetune.datasets.DrawnSigns;
import dev.finetune.datasets.DrawnSigns.Task;
import dev.finetune.datasets.Images;
import dev.finetune.image.InputSpec;
import dev.finetune.image.Pixels;
import dev.finetune.image.Preprocessing;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A benchmark of preparing an image: from a 64 x 64 PNG file to the input values of a 224 x 224
 * network, by this library and by a plain loop with ImageIO and Java2D.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class DecodeBenchmark {

  private static final int SIDE = 224;
  private static final float[] MEANS = {103.939f, 116.779f, 123.68f};

  private final InputSpec input = new InputSpec(SIDE, SIDE, Preprocessing.CAFFE);
  private Path file;
  private byte[] png;
  private Pixels image;

  /** Draws the image and writes the file. */
  @Setup
  public void draw() throws IOException {
    image = DrawnSigns.of(Task.SIGNS, 1, 64, 1).load(0);
    BufferedImage picture =
        new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < image.width(); x++) {
        int red = Math.round(image.at(0, y, x));
        int green = Math.round(image.at(1, y, x));
        int blue = Math.round(image.at(2, y, x));
        picture.setRGB(x, y, red << 16 | green << 8 | blue);
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(picture, "png", out);
    png = out.toByteArray();
    file = Files.createTempFile("finetune", ".png");
    Files.write(file, png);
  }

  /** Deletes the file. */
  @TearDown
  public void delete() throws IOException {
    Files.delete(file);
  }

  /** Decodes, resizes and preprocesses with this library. */
  @Benchmark
  public float[] decodeAndPrepare() throws IOException {
    return input.prepare(Images.read(file));
  }

  /** Resizes and preprocesses with this library. */
  @Benchmark
  public float[] prepare() {
    return input.prepare(image);
  }

  /** Does the same with ImageIO, Graphics2D with bilinear interpolation, and getRGB. */
  @Benchmark
  public float[] imageIo() throws IOException {
    BufferedImage decoded = ImageIO.read(new ByteArrayInputStream(Files.readAllBytes(file)));
    BufferedImage resized = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = resized.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    graphics.drawImage(decoded, 0, 0, SIDE, SIDE, null);
    graphics.dispose();
    float[] values = new float[3 * SIDE * SIDE];
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        int rgb = resized.getRGB(x, y);
        for (int channel = 0; channel < 3; channel++) {
          values[(channel * SIDE + y) * SIDE + x] =
              ((rgb >> (8 * channel)) & 0xff) - MEANS[channel];
        }
      }
    }
    return values;
  }
}
