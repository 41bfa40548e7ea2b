package org.example.consumer;

import dev.finetune.FineTune;
import dev.finetune.FineTunedModel;
import dev.finetune.data.ImageDataset;
import dev.finetune.datasets.DrawnSigns;
import dev.finetune.datasets.Images;
import dev.finetune.engine.EngineOptions;
import dev.finetune.engine.Engines;
import dev.finetune.image.Pixels;
import dev.finetune.observe.CsvObserver;
import dev.finetune.observe.TensorBoardObserver;
import dev.finetune.train.TrainOptions;
import dev.finetune.zoo.Zoo;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.ForkJoinPool;

/** Trains, saves, loads and classifies with what a build tool has put beside it; prints one line. */
public final class Consumer {

  /** A WebP image of one colour: a format that the JDK cannot read. */
  private static final String WEBP =
      "UklGRh4AAABXRUJQVlA4TBEAAAAvB8ABAAdQniKXov+BiOh/AAA=";

  /** A JPEG image of one colour in four inks, which the JDK's own conversion makes another. */
  private static final String INKS =
      "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwACAQEBAQECAQEBAgICAgIEAwICAgIFBAQDBAYFBgYGBQYGBgcJCAYH"
          + "CQcGBggLCAkKCgoKCgYICwwLCgwJCgoK/8AAFAgACAAIBEMRAE0RAFkRAEsRAP/EABYAAQEBAAAAAAAAAAAA"
          + "AAAAAAgFCf/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAOBEMATQBZAEsAAD8AuAGSjeh//9k=";

  private Consumer() {}

  /** Returns the colour of an image, decoded by a thread whose class loader knows no plug-ins. */
  private static String colour(String image) {
    try (InputStream in = new ByteArrayInputStream(Base64.getDecoder().decode(image))) {
      Pixels pixels = Images.read(in, "image");
      return String.format(
          "%.0f %.0f %.0f", pixels.at(0, 3, 3), pixels.at(1, 3, 3), pixels.at(2, 3, 3));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static void main(String[] args) throws IOException {
    // The first images are decoded by a pool, as in a parallel stream: ImageIO would look for its
    // plug-ins with the class loader of that thread.
    String colours =
        ForkJoinPool.commonPool().submit(() -> colour(INKS) + ", " + colour(WEBP)).join();
    if (!colours.equals("132 64 162, 200 60 20")) {
      throw new IllegalStateException("The colours must be those of Pillow, got " + colours);
    }
    Path folder = Files.createTempDirectory("consumer");
    Path file = folder.resolve("signs.zip");
    Path image = folder.resolve("grey.ppm");
    Path table = folder.resolve("epochs.csv");
    Path run = folder.resolve("run");
    try {
      ImageDataset signs = DrawnSigns.of(DrawnSigns.Task.SIGNS, 2, 64, 1);
      try (FineTunedModel trained =
          FineTune.from(Zoo.byName("squeezenet").randomWeights(1).inputSize(64))
              .freezeAll()
              .train(
                  signs,
                  signs,
                  TrainOptions.defaults()
                      .epochs(1)
                      .observer(CsvObserver.at(table))
                      .observer(TensorBoardObserver.at(run)))) {
        trained.save(file);
      }
      byte[] ppm = Arrays.copyOf("P6 64 64 255\n".getBytes("US-ASCII"), 13 + 3 * 64 * 64);
      Arrays.fill(ppm, 13, ppm.length, (byte) 128);
      Files.write(image, ppm);
      try (FineTunedModel model = FineTunedModel.load(file)) {
        System.out.printf(
            "consumer %s: finetune %s %s, Java %s, %s, %s, colours %s, classified as \"%s\"%n",
            args[0],
            FineTune.version(),
            FineTune.class.getModule().isNamed()
                ? "in the module " + FineTune.class.getModule().getName()
                : "on the class path",
            Runtime.version(),
            Engines.find(EngineOptions.defaults()).describe(),
            System.getProperty("os.arch"),
            colours,
            model.classify(Images.read(image)).best().className());
      }
    } finally {
      Files.deleteIfExists(file);
      Files.deleteIfExists(image);
      Files.deleteIfExists(table);
      for (File events : new File(run.toString()).listFiles()) {
        Files.delete(events.toPath());
      }
      Files.deleteIfExists(run);
      Files.delete(folder);
    }
  }
}
