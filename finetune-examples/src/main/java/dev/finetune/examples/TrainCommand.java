package dev.finetune.examples;

import com.fasterxml.jackson.databind.JsonNode;
import dev.finetune.FineTune;
import dev.finetune.FineTunePlan;
import dev.finetune.FineTunedModel;
import dev.finetune.engine.Engines;
import dev.finetune.freeze.Freeze;
import dev.finetune.head.HeadLayers;
import dev.finetune.train.Keep;
import dev.finetune.train.TrainOptions;
import dev.finetune.zoo.ZooBackbone;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Trains a classifier on a folder of images. */
@Command(
    name = "train",
    description = {
      "Train a classifier on your own images, and test it.",
      "It writes model.zip, history.csv, curves.png, report.json and, with --test,"
          + " test-classes.csv. Ctrl-C ends the training with the model so far; the same command"
          + " with --resume continues it."
    },
    footer = {
      "  " + Main.NAME + " train flowers --out flowers-out",
      "  " + Main.NAME + " train film --groups '(.*)_' --backbone resnet50 \\",
      "      --freeze-up-to-stage 3 --epochs 30 --early-stopping 5 --out film-out"
    })
final class TrainCommand implements Callable<Integer>, TrainingCommand {

  @Mixin private DataOptions data;

  @Option(
      names = "--backbone",
      paramLabel = "BACKBONE",
      defaultValue = "mobilenetv2",
      converter = Converters.Backbone.class,
      completionCandidates = Converters.BackboneNames.class,
      description = "A backbone that zoo lists (default: ${DEFAULT-VALUE}).")
  private ZooBackbone backbone;

  @Mixin private WeightsOptions weights;
  @Mixin private SizeOption size;
  @Mixin private FreezeOptions freezing;

  @Option(
      names = "--head",
      paramLabel = "LAYERS",
      defaultValue = "gap,dropout:0.2",
      converter = Converters.HeadNotation.class,
      description = "The head's layers before the logits (default: ${DEFAULT-VALUE}).")
  private Converters.Head head;

  @Mixin private TrainingOptions training;
  @Mixin private ControlOptions control;
  @Mixin private ComputeOptions compute;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "The directory of the results. It must not have a model already.")
  private Path out;

  @Mixin private Output output;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    data.check();
    data.requireOutside("--out", out);
    OutputFolder folder = OutputFolder.of(out);
    Optional<JsonNode> finished = control.resume() ? folder.finished() : Optional.empty();
    if (finished.isPresent()) {
      folder.deleteUnfinished();
      output.text("The training in " + folder + " is finished");
      tell(folder, finished.get());
      return 0;
    }
    TrainingRun.Outcome outcome = prepare(Optional.of(folder)).run(spec.commandLine().getErr());
    if (outcome.run().isPresent()) {
      try (FineTunedModel model = outcome.run().get().model()) {
        folder.finish(model);
      }
      tell(folder, folder.finished().orElseThrow());
    }
    return outcome.exitCode();
  }

  @Override
  public TrainingRun prepare(Optional<OutputFolder> folder) throws IOException {
    ZooBackbone from = weights.of(size.of(backbone), training.seed());
    FineTune frozen = freezing.apply(FineTune.from(from), from.graph(), Freeze.all());
    freezing.requireEpochs(from.graph(), training.epochs());
    FineTune tuned = frozen.engine(compute.options()).head(head.layers());
    FineTunePlan example = WrongCall.unlessBuilt("--head", () -> tuned.classes(2).plan());
    boolean headOnly =
        example.phases().get(example.phases().size() - 1).frozen().size()
            == from.graph().names().size();
    TrainingOptions.Defaults defaults =
        new TrainingOptions.Defaults(headOnly ? 1e-3 : 1e-4, Keep.BEST);
    TrainOptions options = control.limit(training.options(defaults));
    if (folder.isPresent() && !control.resume()) {
      folder.get().requireUnused();
    }
    Engines.find(compute.options());
    TrainingData images = data.read(training.seed());
    return new TrainingRun(
        "train",
        "train",
        tuned.classes(images.train().images().classNames().size()).plan(),
        images,
        options,
        resolved(from, defaults),
        folder,
        control.resume());
  }

  private ResolvedOptions resolved(ZooBackbone from, TrainingOptions.Defaults defaults) {
    return data.resolved()
        .add("--backbone", from.name())
        .addAll(weights.resolved())
        .add("--size", from.input().height())
        .addAll(freezing.resolved(new ResolvedOptions().flag(FreezeOptions.ALL)))
        .add("--head", HeadLayers.notation(head.layers()))
        .addAll(training.resolved(defaults))
        .addAll(compute.resolved());
  }

  private void tell(OutputFolder folder, JsonNode report) {
    output.text(TrainingRun.figures(report));
    Path model = folder.file(OutputFolder.MODEL);
    output.text("model: " + model + " (with history.csv, curves.png and report.json)");
    output.text("use it: " + Main.NAME + " predict " + model + " DIR --out FILE.csv");
    output.result(report);
  }
}
