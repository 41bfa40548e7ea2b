package dev.finetune.examples;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Compares three ways to train on the same images for the same number of epochs. */
@Command(
    name = "compare",
    description =
        "Train from scratch, by transfer learning (the whole backbone frozen) and by fine-tuning"
            + " (as the freezing option says), on the same images and for the same number of"
            + " epochs.",
    footer = {
      "  " + Main.NAME + " gtsrb compare --data gtsrb --backbone squeezenet \\",
      "      --freeze-up-to-stage 2 --epochs 5 --out compared"
    })
final class CompareCommand implements Callable<Integer> {

  @Mixin private ExperimentOptions options;
  @Mixin private Output output;

  @Override
  public Integer call() throws Exception {
    Experiment experiment = options.experiment();
    List<Run> runs =
        List.of(experiment.fromScratch(), experiment.transfer(), experiment.fineTune());
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode results = json.putArray("runs");
    for (Run run : runs) {
      output.text(
          String.format(
              Locale.ROOT,
              "%-18s validation accuracy %.4f, test accuracy %.4f, %.0f s",
              run.name(),
              run.validScore(),
              run.test().orElseThrow().accuracy(),
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
