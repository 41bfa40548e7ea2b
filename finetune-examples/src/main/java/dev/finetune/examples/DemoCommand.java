package dev.finetune.examples;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.finetune.FineTune;
import dev.finetune.FineTunedModel;
import dev.finetune.backbone.Backbone;
import dev.finetune.datasets.DrawnSigns;
import dev.finetune.datasets.DrawnSigns.Task;
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

/** Shows the library at work on drawn images. */
@Command(
    name = "demo",
    description = {
      "Learn drawn traffic signs from few images, from scratch and by fine-tuning a small network"
          + " that was pretrained on drawn symbols.",
      "Needs no data, no weights and no network connection. Takes about two minutes on two cores."
    },
    footer = {"  " + Main.NAME + " demo", "  " + Main.NAME + " demo --epochs 30 --out demo"})
final class DemoCommand implements Callable<Integer> {

  private static final String FREEZE_UP_TO = "block2_pool";

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "target/demo",
      description = "The directory of the model and the pictures (default: ${DEFAULT-VALUE}).")
  private Path out;

  @Option(
      names = "--pretrain-epochs",
      paramLabel = "N",
      defaultValue = "10",
      converter = Converters.Count.class,
      description = "The number of passes over the symbols (default: ${DEFAULT-VALUE}).")
  private int pretrainEpochs;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      defaultValue = "15",
      converter = Converters.Count.class,
      description = "The number of passes over the signs (default: ${DEFAULT-VALUE}).")
  private int epochs;

  @Mixin private SeedOption seed;
  @Mixin private ComputeOptions compute;
  @Mixin private Output output;

  @Override
  public Integer call() throws Exception {
    PathChecks.outputDirectory("--out", out);
    Backbone untrained = DemoBackbone.untrained(seed.value);
    Experiment experiment =
        new Experiment(
            untrained,
            pretrain(untrained),
            training -> training.freezeUpTo(FREEZE_UP_TO),
            DrawnSigns.of(Task.SIGNS, 8, DemoBackbone.SIDE, seed.value + 1),
            DrawnSigns.of(Task.SIGNS, 6, DemoBackbone.SIDE, seed.value + 2),
            DrawnSigns.of(Task.SIGNS, 60, DemoBackbone.SIDE, seed.value + 3),
            List.of(HeadLayers.globalAveragePooling(), HeadLayers.dropout(0.3)),
            TrainOptions.defaults()
                .epochs(epochs)
                .batch(16)
                .optimizer(Adam.adam(2e-3))
                .seed(seed.value),
            compute.options(),
            name -> name);
    Run scratch = experiment.fromScratch();
    Run tuned = experiment.fineTune();
    experiment.write(tuned, out);
    Experiment.writeComparison(List.of(scratch, tuned), out);
    report(scratch, tuned);
    return 0;
  }

  private Backbone pretrain(Backbone untrained) {
    System.err.println(
        "Pretraining the backbone on drawn symbols, which take the place of ImageNet");
    FineTunedModel model =
        FineTune.from(untrained)
            .freezeNone()
            .head(HeadLayers.globalAveragePooling())
            .engine(compute.options())
            .train(
                DrawnSigns.of(Task.SYMBOLS, 80, DemoBackbone.SIDE, seed.value + 4),
                DrawnSigns.of(Task.SYMBOLS, 10, DemoBackbone.SIDE, seed.value + 5),
                TrainOptions.defaults()
                    .epochs(pretrainEpochs)
                    .optimizer(Adam.adam(3e-3))
                    .seed(seed.value)
                    .observer(ProgressPrinter.standardError()));
    return model.backbone();
  }

  private void report(Run scratch, Run tuned) {
    output.text(
        String.format(
            Locale.ROOT,
            "%ntest accuracy on %d drawn signs that were not trained on:%n"
                + "  from scratch %.1f %%%n  fine-tuning  %.1f %%%n",
            tuned.test().orElseThrow().count(),
            100 * scratch.test().orElseThrow().accuracy(),
            100 * tuned.test().orElseThrow().accuracy()));
    String model = out.resolve(OutputFolder.MODEL).toString();
    output.text(
        "model: "
            + model
            + "\npictures: train.png, test.png, curves.png, predictions.png, compare.png in "
            + out);
    output.text(
        "\nThe same with photographs: German traffic signs and VGG16 (unpack the data in gtsrb/;"
            + " the weights are downloaded):\n"
            + "  java -jar finetune-examples/target/finetune-examples.jar gtsrb --data gtsrb"
            + " --backbone vgg16 --freeze-all-but 8 --epochs 101 --out gtsrb-out");
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("scratchTestAccuracy", scratch.test().orElseThrow().accuracy());
    json.put("fineTunedTestAccuracy", tuned.test().orElseThrow().accuracy());
    json.put("model", model);
    json.set("scratch", scratch.toJson());
    json.set("fineTuned", tuned.toJson());
    output.result(json);
  }
}
