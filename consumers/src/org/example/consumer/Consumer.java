package org.example.consumer;

import dev.finetune.FineTune;
import dev.finetune.FineTunedModel;
import dev.finetune.data.ImageDataset;
import dev.finetune.datasets.DrawnSigns;
import dev.finetune.datasets.Images;
import dev.finetune.engine.EngineOptions;
import dev.finetune.engine.Engines;
import dev.finetune.observe.CsvObserver;
import dev.finetune.observe.TensorBoardObserver;
import dev.finetune.train.TrainOptions;
import dev.finetune.zoo.Zoo;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Trains, saves, loads and classifies with what a build tool has put beside it; prints one line. */
public final class Consumer {

  private Consumer() {}

  public static void main(String[] args) throws IOException {
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
      // A format that the JDK cannot read: the plug-in has to be found in this packaging too.
      byte[] ppm = Arrays.copyOf("P6 64 64 255\n".getBytes("US-ASCII"), 13 + 3 * 64 * 64);
      Arrays.fill(ppm, 13, ppm.length, (byte) 128);
      Files.write(image, ppm);
      try (FineTunedModel model = FineTunedModel.load(file)) {
        System.out.printf(
            "consumer %s: finetune %s %s, Java %s, %s, %s, classified as \"%s\"%n",
            args[0],
            FineTune.version(),
            FineTune.class.getModule().isNamed()
                ? "in the module " + FineTune.class.getModule().getName()
                : "on the class path",
            Runtime.version(),
            Engines.find(EngineOptions.defaults()).describe(),
            System.getProperty("os.arch"),
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
