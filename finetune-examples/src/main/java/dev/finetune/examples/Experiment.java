package dev.finetune.examples;

import dev.finetune.FineTune;
import dev.finetune.FineTunePlan;
import dev.finetune.FineTunedModel;
import dev.finetune.backbone.Backbone;
import dev.finetune.data.ImageDataset;
import dev.finetune.engine.EngineOptions;
import dev.finetune.freeze.FreezeStrategy;
import dev.finetune.head.HeadLayer;
import dev.finetune.report.Curves;
import dev.finetune.report.Grids;
import dev.finetune.train.History;
import dev.finetune.train.ProgressPrinter;
import dev.finetune.train.TrainOptions;
import java.awt.image.RenderedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import javax.imageio.ImageIO;

/**
 * One setting in which networks are trained and tested, and the pictures of it.
 *
 * @param displayName what to write for a class
 */
record Experiment(
    ImageDataset train,
    ImageDataset valid,
    ImageDataset test,
    List<HeadLayer> head,
    TrainOptions options,
    EngineOptions engine,
    UnaryOperator<String> displayName) {

  Run run(String name, Backbone backbone, FreezeStrategy freezing) {
    FineTunePlan plan =
        FineTune.from(backbone)
            .freeze(freezing)
            .head(head)
            .classes(train.classNames().size())
            .engine(engine)
            .plan();
    System.err.printf(
        "%s: %s, %,d of %,d parameters trainable%n",
        name, plan.backbone().name(), plan.trainableParameters(), plan.totalParameters());
    FineTunedModel model =
        plan.train(train, valid, options.observer(ProgressPrinter.standardError()));
    return new Run(name, model, options.keep(), model.evaluate(test));
  }

  /** Writes what one training gave. */
  void write(Run run, Path folder) throws IOException {
    Files.createDirectories(folder);
    run.model().save(folder.resolve("model.zip"));
    Files.writeString(folder.resolve("history.csv"), run.model().history().toCsv());
    png(Curves.of(run.model().history()), folder.resolve("curves.png"));
    png(Grids.images(train, 4, 8, displayName, options.seed()), folder.resolve("train.png"));
    png(Grids.images(test, 4, 8, displayName, options.seed()), folder.resolve("test.png"));
    png(
        Grids.predictions(test, run.model()::classify, 8, 8, displayName, options.seed()),
        folder.resolve("predictions.png"));
  }

  /** Writes the curves of several trainings into one picture. */
  static void writeComparison(List<Run> runs, Path folder) throws IOException {
    Files.createDirectories(folder);
    Map<String, History> histories = new LinkedHashMap<>();
    runs.forEach(run -> histories.put(run.name(), run.model().history()));
    png(Curves.compare(histories), folder.resolve("compare.png"));
  }

  private static void png(RenderedImage picture, Path file) throws IOException {
    if (!ImageIO.write(picture, "png", file.toFile())) {
      throw new IOException(file + ": this Java has no PNG writer");
    }
  }
}
