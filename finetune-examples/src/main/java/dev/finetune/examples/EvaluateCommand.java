package dev.finetune.examples;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.finetune.FineTunedModel;
import dev.finetune.data.ImageDataset;
import dev.finetune.datasets.ClassFolders;
import dev.finetune.datasets.Gtsrb;
import dev.finetune.evaluate.Evaluation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Judges a saved model. */
@Command(
    name = "evaluate",
    description = "Test a saved model on labelled images.",
    mixinStandardHelpOptions = true)
final class EvaluateCommand implements Callable<Integer> {

  @Mixin private Output output;

  @Mixin private EngineOption engine;

  @Parameters(paramLabel = "MODEL", description = "A model.zip that gtsrb or demo wrote.")
  private Path file;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR",
      description = "A folder with Test/ and Test.csv, or with a folder for each class.")
  private Path data;

  @Override
  public Integer call() throws Exception {
    FineTunedModel model = load();
    ImageDataset images =
        Files.exists(data.resolve("Test.csv"))
            ? Gtsrb.test(data, model.classNames())
            : ClassFolders.read(data);
    Evaluation evaluation = model.evaluate(images);
    output.text(evaluation.toString());
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("accuracy", evaluation.accuracy());
    json.put("top5", evaluation.top5());
    json.put("loss", evaluation.loss());
    json.put("count", evaluation.count());
    output.result(json);
    return 0;
  }

  /** Without --engine the model's own computes. */
  private FineTunedModel load() throws IOException {
    return engine.given().isPresent()
        ? FineTunedModel.load(file, engine.options())
        : FineTunedModel.load(file);
  }
}
