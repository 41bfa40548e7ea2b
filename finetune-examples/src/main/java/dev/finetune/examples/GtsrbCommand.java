package dev.finetune.examples;

import com.fasterxml.jackson.databind.JsonNode;
import dev.finetune.FineTunedModel;
import dev.finetune.data.ImageDataset;
import dev.finetune.evaluate.Evaluation;
import dev.finetune.recipe.AfterTraining;
import java.io.IOException;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

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
final class GtsrbCommand implements Callable<Integer>, TrainingCommand {

  @Mixin private ExperimentOptions options;
  @Mixin private ControlOptions control;
  @Mixin private Output output;
  @Spec private CommandSpec spec;

  private @Nullable Experiment experiment;

  @Override
  public Integer call() throws Exception {
    if (control.resume() && options.out == null) {
      throw WrongCall.must("come with --out", "no directory").of(ControlOptions.RESUME);
    }
    Optional<OutputFolder> folder = Optional.empty();
    if (options.out != null) {
      OutputFolder out = OutputFolder.of(options.out);
      Optional<JsonNode> finished = control.resume() ? out.finished() : Optional.empty();
      if (finished.isPresent()) {
        out.deleteUnfinished();
        output.text("The training in " + out + " is finished");
        output.text(TrainingRun.figures(finished.get()));
        output.result(finished.get());
        return 0;
      }
      folder = Optional.of(out);
    }
    TrainingRun<ImageDataset, FineTunedModel, Evaluation> training = prepare(folder);
    TrainingRun.Outcome<FineTunedModel, Evaluation> outcome =
        training.run(spec.commandLine().getErr());
    if (outcome.finished().isPresent()) {
      Run run =
          new Run(
              training.name(),
              outcome.finished().get().model(),
              training.options().keep(),
              training.data().valid().images().size(),
              outcome.finished().get().test());
      finish(run, Objects.requireNonNull(experiment), folder);
    }
    return outcome.exitCode();
  }

  @Override
  public TrainingRun<ImageDataset, FineTunedModel, Evaluation> prepare(
      Optional<OutputFolder> folder) throws IOException {
    if (folder.isPresent() && !control.resume()) {
      folder.get().requireUnused();
    }
    Experiment prepared = options.experiment();
    experiment = prepared;
    return new TrainingRun<>(
        "gtsrb",
        "fine-tuning",
        prepared.plan(),
        options.data(prepared),
        control.limit(prepared.options()),
        AfterTraining.nothing(),
        options.resolved(prepared),
        folder,
        control.resume());
  }

  private void finish(Run run, Experiment tested, Optional<OutputFolder> folder)
      throws IOException {
    output.text(
        String.format(
            Locale.ROOT,
            "validation accuracy %.4f (%s), test %s, %.0f s, %.1f images/s",
            run.validScore(),
            run.validInterval(),
            run.test().orElseThrow(),
            run.model().history().totalSeconds(),
            run.imagesPerSecond()));
    if (folder.isPresent()) {
      tested.writePictures(run, folder.get().file("."));
      folder.get().finish(run.model());
      output.text("model, history and pictures: " + folder.get());
    }
    output.result(run.toJson());
  }
}
