package org.example.app;

import static dev.finetune.head.HeadLayers.dropout;
import static dev.finetune.train.Adam.adam;

import dev.finetune.FineTune;
import dev.finetune.FineTunedModel;
import dev.finetune.backbone.Backbone;
import dev.finetune.data.ImageDataset;
import dev.finetune.datasets.ClassFolders;
import dev.finetune.datasets.Split;
import dev.finetune.datasets.Splits;
import dev.finetune.train.ProgressPrinter;
import dev.finetune.train.TrainOptions;
import dev.finetune.zoo.Zoo;
import dev.finetune.zoo.architecture.Pooling;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Trains a classifier on a folder that has a folder of images for each class, and saves it.
 *
 * <p>Arguments: the folder, the file to save the model to, and, where the weights are not to be
 * downloaded, a file of MobileNetV2's ImageNet weights.
 */
public final class TrainOnFolder {

  private TrainOnFolder() {}

  /** Trains and saves. */
  public static void main(String[] args) throws IOException {
    if (args.length < 2) {
      System.err.println("Usage: TrainOnFolder FOLDER MODEL.zip [WEIGHTS]");
      System.exit(2);
    }
    Backbone backbone =
        args.length < 3
            ? Zoo.mobileNetV2Imagenet().pooling(Pooling.AVG)
            : Zoo.mobileNetV2Imagenet().pooling(Pooling.AVG).weights(Path.of(args[2]));
    try (FineTunedModel model = train(Path.of(args[0]), backbone)) {
      model.save(Path.of(args[1]));
    }
  }

  static FineTunedModel train(Path folder, Backbone backbone) throws IOException {
    ImageDataset images = ClassFolders.read(folder);
    Split split = Splits.stratified(images, 0.2, 42);
    FineTunedModel model =
        FineTune.from(backbone)
            .freezeAll()
            .head(dropout(0.2))
            .train(
                split.train(),
                split.valid(),
                TrainOptions.defaults()
                    .epochs(20)
                    .optimizer(adam(1e-3))
                    .observer(ProgressPrinter.standardError()));
    System.out.println("Validation: " + model.evaluate(split.valid()));
    return model;
  }
}
