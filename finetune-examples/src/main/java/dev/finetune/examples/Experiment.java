package dev.finetune.examples;

import dev.finetune.FineTune;
import dev.finetune.FineTunePlan;
import dev.finetune.FineTunedModel;
import dev.finetune.backbone.Backbone;
import dev.finetune.data.ImageDataset;
import dev.finetune.engine.EngineOptions;
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
import java.util.Optional;
import java.util.function.UnaryOperator;
import javax.imageio.ImageIO;

/**
 * An experiment: what is trained, on which images, and how it is tested.
 *
 * @param untrained the backbone with initial values
 * @param pretrained the backbone with the values to start from
 * @param freezing freezes layers for fine-tuning
 * @param displayName the name of a class in pictures, by its name in the data
 */
record Experiment(
    Backbone untrained,
    Backbone pretrained,
    UnaryOperator<FineTune> freezing,
    ImageDataset train,
    ImageDataset valid,
    ImageDataset test,
    List<HeadLayer> head,
    TrainOptions options,
    EngineOptions engine,
    UnaryOperator<String> displayName) {

  /** Trains the whole network from initial values and tests it. */
  Run fromScratch() {
    return run("from scratch", untrained, FineTune::freezeNone);
  }

  /** Trains the head alone and tests the network. */
  Run transfer() {
    return run("transfer learning", pretrained, FineTune::freezeAll);
  }

  /** Trains the layers that are not frozen and tests the network. */
  Run fineTune() {
    return run("fine-tuning", pretrained, freezing);
  }

  /** Returns the plan of fine-tuning. */
  FineTunePlan plan() {
    return plan(pretrained, freezing);
  }

  private FineTunePlan plan(Backbone from, UnaryOperator<FineTune> frozen) {
    return frozen
        .apply(FineTune.from(from))
        .head(head)
        .classes(train.classNames().size())
        .engine(engine)
        .plan();
  }

  private Run run(String name, Backbone from, UnaryOperator<FineTune> frozen) {
    FineTunePlan plan = plan(from, frozen);
    System.err.printf(
        "%s: %s, %,d of %,d parameters trainable%n",
        name, plan.backbone().name(), plan.trainableParameters(), plan.totalParameters());
    FineTunedModel model =
        plan.train(train, valid, options.observer(ProgressPrinter.standardError()));
    return new Run(name, model, options.keep(), valid.size(), Optional.of(model.evaluate(test)));
  }

  /** Writes the model, its history and pictures into a directory, which is created if missing. */
  void write(Run run, Path directory) throws IOException {
    Files.createDirectories(directory);
    run.model().save(directory.resolve(OutputFolder.MODEL));
    Files.writeString(directory.resolve("history.csv"), run.model().history().toCsv());
    png(Curves.of(run.model().history()), directory.resolve("curves.png"));
    writePictures(run, directory);
  }

  /** Writes pictures of images into an existing directory. */
  void writePictures(Run run, Path directory) throws IOException {
    png(Grids.images(train, 4, 8, displayName, options.seed()), directory.resolve("train.png"));
    png(Grids.images(test, 4, 8, displayName, options.seed()), directory.resolve("test.png"));
    png(
        Grids.predictions(test, run.model()::classify, 8, 8, displayName, options.seed()),
        directory.resolve("predictions.png"));
  }

  /** Writes the curves of several runs into one picture. */
  static void writeComparison(List<Run> runs, Path directory) throws IOException {
    Files.createDirectories(directory);
    Map<String, History> histories = new LinkedHashMap<>();
    runs.forEach(run -> histories.put(run.name(), run.model().history()));
    png(Curves.compare(histories), directory.resolve("compare.png"));
  }

  private static void png(RenderedImage picture, Path file) throws IOException {
    if (!ImageIO.write(picture, "png", file.toFile())) {
      throw new IOException(file + ": this Java runtime has no PNG writer");
    }
  }
}
