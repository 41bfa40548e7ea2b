package dev.finetune.examples;

import dev.finetune.FineTune;
import dev.finetune.FineTunedModel;
import dev.finetune.data.ImageDataset;
import dev.finetune.datasets.DrawnSigns;
import dev.finetune.datasets.DrawnSigns.Task;
import dev.finetune.engine.EngineOptions;
import dev.finetune.image.Pixels;
import dev.finetune.train.TrainOptions;
import dev.finetune.zoo.Zoo;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.ImageIO;

/** Files for the command line: images, a benchmark, a saved model. */
public final class TestFiles {

  static final ImageDataset SIGNS = DrawnSigns.of(Task.SIGNS, 1, 48, 1);

  private TestFiles() {}

  /** Writes a small benchmark in GTSRB's layout: three signs, four tracks of six frames each. */
  static Path gtsrb(Path folder) throws IOException {
    ImageDataset signs = DrawnSigns.of(Task.SIGNS, 30, 32, 3);
    Path root = folder.resolve("gtsrb");
    StringBuilder csv = new StringBuilder("ClassId,Path\n");
    for (int i = 0; i < signs.size(); i++) {
      int label = signs.label(i);
      int number = i / 12;
      if (label < 3 && number < 24) {
        String name =
            String.format(
                Locale.ROOT, "Train/%d/%05d_%05d_%05d.png", label, label, number / 6, number % 6);
        png(signs.load(i), root.resolve(name));
      } else if (label < 3) {
        String name = String.format(Locale.ROOT, "Test/%05d.png", i);
        png(signs.load(i), root.resolve(name));
        csv.append(label).append(',').append(name).append('\n');
      }
    }
    Files.writeString(root.resolve("Test.csv"), csv);
    return root;
  }

  /**
   * Writes a folder with the class folders a, b and c. The names of the images are those of four
   * groups, such as {@code 0_2.png}.
   */
  static Path folder(Path folder, int perClass) throws IOException {
    ImageDataset signs = DrawnSigns.of(Task.SIGNS, perClass, 32, 3);
    Path root = folder.resolve("signs");
    for (int i = 0; i < signs.size(); i++) {
      int label = signs.label(i);
      int number = i / 12;
      if (label < 3) {
        String name =
            String.format(Locale.ROOT, "%s/%d_%d.png", "abc".charAt(label), number % 4, number / 4);
        png(signs.load(i), root.resolve(name));
      }
    }
    return root;
  }

  /** Gives a PNG file the colour profile of linear light, with which its values are brighter. */
  static void inLinearLight(Path png) throws IOException {
    byte[] profile = ICC_Profile.getInstance(ColorSpace.CS_LINEAR_RGB).getData();
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    content.writeBytes("iCCPlinear\0\0".getBytes(StandardCharsets.ISO_8859_1));
    try (DeflaterOutputStream out = new DeflaterOutputStream(content)) {
      out.write(profile);
    }
    CRC32 crc = new CRC32();
    crc.update(content.toByteArray());
    byte[] plain = Files.readAllBytes(png);
    int afterHeader = 33;
    Files.write(
        png,
        ByteBuffer.allocate(plain.length + content.size() + 8)
            .put(plain, 0, afterHeader)
            .putInt(content.size() - 4)
            .put(content.toByteArray())
            .putInt((int) crc.getValue())
            .put(plain, afterHeader, plain.length - afterHeader)
            .array());
  }

  /** Writes a drawn sign. */
  static Path image(Path folder) throws IOException {
    Path file = folder.resolve("sign.png");
    png(SIGNS.load(0), file);
    return file;
  }

  /** Writes an image, and the folders that it is in. */
  public static void png(Pixels pixels, Path file) throws IOException {
    Files.createDirectories(file.getParent());
    BufferedImage image =
        new BufferedImage(pixels.width(), pixels.height(), BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < pixels.height(); y++) {
      for (int x = 0; x < pixels.width(); x++) {
        int r = Math.round(pixels.at(0, y, x));
        int g = Math.round(pixels.at(1, y, x));
        image.setRGB(x, y, (r << 16) | (g << 8) | Math.round(pixels.at(2, y, x)));
      }
    }
    ImageIO.write(image, "png", file.toFile());
  }

  /** Trains a small model of drawn signs with an engine. */
  static FineTunedModel model(String engine) {
    return FineTune.from(Zoo.byName("squeezenet").randomWeights(1).inputSize(48))
        .freezeAll()
        .engine(EngineOptions.defaults().engine(engine))
        .train(SIGNS, SIGNS, TrainOptions.defaults().epochs(1));
  }

  /** Writes a small model of drawn signs. */
  static Path savedModel(Path folder) throws IOException {
    Path file = folder.resolve("model.zip");
    try (FineTunedModel model = model("onednn")) {
      model.save(file);
    }
    return file;
  }
}
