package dev.finetune.benchmarks;

import static dev.finetune.head.HeadLayers.dropout;
import static dev.finetune.train.Adam.adam;

import dev.finetune.FineTune;
import dev.finetune.FineTunedModel;
import dev.finetune.data.ImageDataset;
import dev.finetune.datasets.ClassFolders;
import dev.finetune.evaluate.Evaluation;
import dev.finetune.train.BatchNormStatistics;
import dev.finetune.train.EpochResult;
import dev.finetune.train.TrainOptions;
import dev.finetune.zoo.Zoo;
import dev.finetune.zoo.architecture.Pooling;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * An experiment with each way to get the statistics of batch normalisation: MobileNetV2 with
 * pretrained weights, the whole network trainable, on photographed signs. Prints a row of a table.
 */
public final class BatchNormExperiment {

  private static final int SIDE = 128;

  private BatchNormExperiment() {}

  /**
   * Runs the experiment.
   *
   * @param args the directory with {@code gtsrb/} and {@code weights/}; a constant of {@link
   *     BatchNormStatistics}; learning rate; seed; number of epochs
   */
  public static void main(String[] args) throws IOException {
    Path data = Path.of(args[0]);
    BatchNormStatistics statistics = BatchNormStatistics.valueOf(args[1]);
    double rate = Double.parseDouble(args[2]);
    long seed = Long.parseLong(args[3]);
    int epochs = Integer.parseInt(args[4]);
    ImageDataset train = ClassFolders.read(data.resolve("gtsrb/Train"));
    ImageDataset valid = ClassFolders.read(data.resolve("gtsrb/Valid"));
    FineTunedModel model =
        FineTune.from(
                Zoo.byName("mobilenetv2")
                    .weights(data.resolve("weights/mobilenet_v2_1.0_224_from_quantised.h5"))
                    .inputSize(SIDE)
                    .pooling(Pooling.AVG))
            .freezeNone()
            .head(dropout(0.2))
            .train(
                train,
                valid,
                TrainOptions.defaults()
                    .epochs(epochs)
                    .batch(32)
                    .seed(seed)
                    .optimizer(adam(rate))
                    .batchNormStatistics(statistics));
    EpochResult last = model.history().last();
    Evaluation inference = model.evaluate(train);
    System.out.printf(
        Locale.ROOT,
        "| %s | %.0e | %d | %d | %.3f, %.2f | %.3f, %.2f | %.3f, %.2f | %.1f |%n",
        statistics,
        rate,
        seed,
        epochs,
        last.trainScore(),
        last.trainLoss(),
        inference.accuracy(),
        inference.loss(),
        last.validScore(),
        last.validLoss(),
        model.history().totalSeconds() / epochs);
  }
}
