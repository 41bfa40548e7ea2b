package dev.finetune.examples;

import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Repeats the published experiment with German traffic signs. */
@Command(
    name = "gtsrb",
    description = {
      "Fine-tune a backbone on the German Traffic Sign Recognition Benchmark and test it.",
      "For VGG16 the defaults are the published settings, with the last 8 layers trainable. Other"
          + " backbones are trained as a whole."
    },
    footer = {
      "  " + Main.NAME + " gtsrb --data gtsrb --epochs 101 --out gtsrb-out",
      "  " + Main.NAME + " gtsrb --data gtsrb --backbone resnet50 \\",
      "      --freeze-up-to-stage 3 --cache features"
    },
    subcommands = CompareCommand.class)
final class GtsrbCommand implements Callable<Integer> {

  @Mixin private ExperimentOptions options;
  @Mixin private Output output;

  @Override
  public Integer call() throws Exception {
    Experiment experiment = options.experiment();
    Run run = experiment.fineTune();
    output.text(
        String.format(
            Locale.ROOT,
            "validation accuracy %.4f, test %s, %.0f s, %.1f images/s",
            run.validScore(),
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
