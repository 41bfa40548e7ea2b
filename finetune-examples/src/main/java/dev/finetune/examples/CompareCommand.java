package dev.finetune.examples;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.finetune.freeze.Freeze;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Three ways to train on the same images for the same epochs. */
@Command(
    name = "compare",
    description =
        "Train from scratch, by transfer learning (the whole base frozen) and by fine-tuning (as the"
            + " freezing option says), on the same images and epochs.",
    mixinStandardHelpOptions = true)
final class CompareCommand implements Callable<Integer> {

  @Mixin private ExperimentOptions options;
  @Mixin private Output output;

  @Override
  public Integer call() throws Exception {
    Experiment experiment = options.experiment();
    List<Run> runs =
        List.of(
            experiment.run("from scratch", options.untrained(), Freeze.none()),
            experiment.run("transfer learning", options.backbone(), Freeze.all()),
            experiment.run("fine-tuning", options.backbone(), options.freezing()));
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode results = json.putArray("runs");
    for (Run run : runs) {
      output.text(
          String.format(
              Locale.ROOT,
              "%-18s validation accuracy %.4f, test accuracy %.4f, %.0f s",
              run.name(),
              run.validAccuracy(),
              run.test().accuracy(),
              run.model().history().totalSeconds()));
      results.add(run.toJson());
    }
    if (options.out != null) {
      Experiment.writeComparison(runs, options.out);
      experiment.write(runs.get(2), options.out);
      output.text("curves, the fine-tuned model and pictures: " + options.out);
    }
    output.result(json);
    return 0;
  }
}
