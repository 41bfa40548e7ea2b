package dev.finetune.examples;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.finetune.FineTunedModel;
import dev.finetune.data.ImageDataset;
import dev.finetune.datasets.ClassFolders;
import dev.finetune.datasets.Gtsrb;
import dev.finetune.evaluate.Evaluation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tests a saved model. */
@Command(
    name = "evaluate",
    description = "Test a saved model on labelled images.",
    footer = {
      "  " + Main.NAME + " evaluate gtsrb-out/model.zip --data gtsrb",
      "  " + Main.NAME + " evaluate flowers.zip --data flowers/test --json"
    })
final class EvaluateCommand implements Callable<Integer> {

  @Parameters(
      paramLabel = "MODEL",
      description = "The file of a saved model, such as the model.zip of gtsrb or demo.")
  private Path file;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR",
      description = "A directory with Test/ and Test.csv, or with one directory per class.")
  private Path data;

  @Mixin private ModelViewsOption views;
  @Mixin private ComputeOptions compute;
  @Mixin private Output output;

  @Override
  public Integer call() throws Exception {
    PathChecks.directory("--data", "a directory of labelled images", data);
    Evaluation evaluation;
    try (FineTunedModel model = views.apply(compute.load(file))) {
      ImageDataset images =
          Files.exists(data.resolve("Test.csv"))
              ? Gtsrb.test(data, model.classNames())
              : ClassFolders.read(data);
      evaluation = model.evaluate(images.withColours(model.colours()));
    }
    output.text(evaluation.toString());
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("accuracy", evaluation.accuracy());
    json.put("accuracyLow", evaluation.accuracyInterval().low());
    json.put("accuracyHigh", evaluation.accuracyInterval().high());
    json.put("top5", evaluation.top5());
    json.put("loss", evaluation.loss());
    json.put("count", evaluation.count());
    output.result(json);
    return 0;
  }
}
