package dev.finetune.examples;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.finetune.FineTune;
import dev.finetune.FineTunedModel;
import dev.finetune.backbone.Backbone;
import dev.finetune.datasets.DrawnSigns;
import dev.finetune.datasets.DrawnSigns.Task;
import dev.finetune.freeze.Freeze;
import dev.finetune.head.HeadLayers;
import dev.finetune.train.Adam;
import dev.finetune.train.ProgressPrinter;
import dev.finetune.train.TrainOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The whole way without any file: pretrain, train from scratch, fine-tune, compare. */
@Command(
    name = "demo",
    description =
        "Learn drawn traffic signs from few images, from scratch and by fine-tuning a small network"
            + " that was pretrained on drawn symbols. Needs no data, no weights and no network.",
    mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {

  private static final String FREEZE_UP_TO = "block2_pool";

  @Mixin private Output output;

  @Mixin private EngineOption engine;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "target/demo",
      description = "Where the model and the pictures go (default: ${DEFAULT-VALUE}).")
  private Path out;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "42",
      description = "Of everything random (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--pretrain-epochs",
      paramLabel = "N",
      defaultValue = "10",
      description = "Passes over the symbols (default: ${DEFAULT-VALUE}).")
  private int pretrainEpochs;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      defaultValue = "15",
      description = "Passes over the signs (default: ${DEFAULT-VALUE}).")
  private int epochs;

  @Override
  public Integer call() throws Exception {
    Backbone untrained = DemoBackbone.untrained(seed);
    Backbone pretrained = pretrain(untrained);
    Experiment experiment =
        new Experiment(
            DrawnSigns.of(Task.SIGNS, 8, DemoBackbone.SIDE, seed + 1),
            DrawnSigns.of(Task.SIGNS, 6, DemoBackbone.SIDE, seed + 2),
            DrawnSigns.of(Task.SIGNS, 60, DemoBackbone.SIDE, seed + 3),
            HeadLayers.parse("gap,dropout:0.3"),
            TrainOptions.defaults()
                .epochs(epochs)
                .batchSize(16)
                .optimizer(Adam.adam(2e-3))
                .seed(seed),
            engine.options(),
            name -> name);
    Run scratch = experiment.run("from scratch", untrained, Freeze.none());
    Run tuned = experiment.run("fine-tuning", pretrained, Freeze.upTo(FREEZE_UP_TO));
    experiment.write(tuned, out);
    Experiment.writeComparison(List.of(scratch, tuned), out);
    report(scratch, tuned);
    return 0;
  }

  private Backbone pretrain(Backbone untrained) {
    System.err.println("Pretraining the backbone on drawn symbols, the stand-in for ImageNet");
    FineTunedModel model =
        FineTune.from(untrained)
            .freezeNone()
            .head(HeadLayers.globalAveragePooling())
            .engine(engine.options())
            .train(
                DrawnSigns.of(Task.SYMBOLS, 80, DemoBackbone.SIDE, seed + 4),
                DrawnSigns.of(Task.SYMBOLS, 10, DemoBackbone.SIDE, seed + 5),
                TrainOptions.defaults()
                    .epochs(pretrainEpochs)
                    .optimizer(Adam.adam(3e-3))
                    .seed(seed)
                    .observer(ProgressPrinter.standardError()));
    return model.backbone();
  }

  private void report(Run scratch, Run tuned) {
    output.text(
        String.format(
            Locale.ROOT,
            "%ntest accuracy on %d drawn signs never seen:%n"
                + "  from scratch %.1f %%%n  fine-tuning  %.1f %%%n",
            tuned.test().count(),
            100 * scratch.test().accuracy(),
            100 * tuned.test().accuracy()));
    output.text(
        "model: "
            + out.resolve("model.zip")
            + "\npictures: train.png, test.png, curves.png, predictions.png, compare.png in "
            + out);
    output.text(
        "\nThe real thing, German traffic signs with VGG16 (data and weights are downloads):\n"
            + "  java -jar finetune-examples/target/finetune-examples.jar gtsrb --data gtsrb"
            + " --backbone vgg16 --freeze-all-but 8 --epochs 101 --out gtsrb-out");
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("scratchTestAccuracy", scratch.test().accuracy());
    json.put("fineTunedTestAccuracy", tuned.test().accuracy());
    json.put("model", out.resolve("model.zip").toString());
    json.set("scratch", scratch.toJson());
    json.set("fineTuned", tuned.toJson());
    output.result(json);
  }
}
