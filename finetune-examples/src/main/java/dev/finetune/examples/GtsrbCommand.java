package dev.finetune.examples;

import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The German traffic sign experiment. */
@Command(
    name = "gtsrb",
    description =
        "Fine-tune a backbone on the German Traffic Sign Recognition Benchmark and test it."
            + " What is not said is as published for VGG16 (its last 8 layers train); other backbones"
            + " train all of theirs.",
    mixinStandardHelpOptions = true,
    subcommands = CompareCommand.class)
final class GtsrbCommand implements Callable<Integer> {

  @Mixin private ExperimentOptions options;
  @Mixin private Output output;

  @Override
  public Integer call() throws Exception {
    Experiment experiment = options.experiment();
    Run run = experiment.run("fine-tuning", options.backbone(), options.freezing());
    output.text(
        String.format(
            Locale.ROOT,
            "validation accuracy %.4f, test %s, %.0f s, %.1f images/s",
            run.validAccuracy(),
            run.test(),
            run.model().history().totalSeconds(),
            run.imagesPerSecond()));
    if (options.out != null) {
      experiment.write(run, options.out);
      output.text("model, history and pictures: " + options.out);
    }
    output.result(run.toJson());
    return 0;
  }
}
