package org.example.app;

import static dev.finetune.head.HeadLayers.dense;
import static dev.finetune.head.HeadLayers.dropout;
import static dev.finetune.train.Adam.adam;

import dev.finetune.FineTune;
import dev.finetune.FineTunedModel;
import dev.finetune.data.ImageDataset;
import dev.finetune.datasets.Images;
import dev.finetune.evaluate.ClassMetrics;
import dev.finetune.evaluate.Evaluation;
import dev.finetune.evaluate.Prediction;
import dev.finetune.train.TrainOptions;
import dev.finetune.zoo.Zoo;
import java.io.IOException;
import java.nio.file.Path;

/** The README's pieces of code that no application here has, so that they compile. */
final class ReadmeSnippets {

  private ReadmeSnippets() {}

  static FineTunedModel train(ImageDataset train, ImageDataset valid) {
    FineTunedModel model =
        FineTune.from(Zoo.vgg16Imagenet())
            .freezeAllBut(8)
            .head(dense(128), dropout(0.6))
            .classes(43)
            .train(
                train, valid, TrainOptions.defaults().epochs(101).batch(32).optimizer(adam(1e-4)));
    return model;
  }

  static void metrics(FineTunedModel model, ImageDataset test) {
    Evaluation evaluation = model.evaluate(test);
    for (ClassMetrics metrics : evaluation.perClass()) {
      System.out.println(metrics.className() + ": F1 " + metrics.f1());
    }
  }

  static void classify() throws IOException {
    try (FineTunedModel model = FineTunedModel.load(Path.of("flowers.zip"))) {
      Prediction prediction = model.classify(Images.read(Path.of("photo.jpg")));
      System.out.println(prediction.best().className());
    }
  }
}
