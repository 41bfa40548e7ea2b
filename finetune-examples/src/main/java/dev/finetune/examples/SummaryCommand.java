package dev.finetune.examples;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.finetune.FineTune;
import dev.finetune.FineTunePlan;
import dev.finetune.freeze.Freeze;
import dev.finetune.graph.GraphReport;
import dev.finetune.graph.LayerGraph;
import dev.finetune.zoo.ZooBackbone;
import java.io.IOException;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints the layers of a network. */
@Command(
    name = "summary",
    description =
        "Print the layers of a backbone, with or without a classifier: shapes, parameters and what"
            + " is frozen. No weights are needed.",
    footer = {
      "  " + Main.NAME + " summary resnet50 --freeze-up-to-stage 3",
      "  " + Main.NAME + " summary vgg16 --classes 43 --freeze-all-but 8 \\",
      "      --head dense:128,dropout:0.6"
    })
final class SummaryCommand implements Callable<Integer> {

  @Parameters(
      paramLabel = "BACKBONE",
      converter = Converters.Backbone.class,
      completionCandidates = Converters.BackboneNames.class,
      description = "A backbone that zoo lists.")
  private ZooBackbone backbone;

  @ArgGroup private @Nullable Classifier classifier;
  @Mixin private FreezeOptions freezing;
  @Mixin private SizeOption size;
  @Mixin private Output output;

  /** The classifier behind the backbone: ImageNet's, or a new head. */
  static final class Classifier {
    @Option(
        names = "--with-top",
        description = "Show the ImageNet classifier too (default: the backbone alone).")
    private boolean imageNet;

    @ArgGroup(exclusive = false)
    private @Nullable NewHead head;
  }

  /** A head for a number of classes. */
  static final class NewHead {
    @Option(
        names = "--classes",
        required = true,
        paramLabel = "N",
        converter = Converters.Count.class,
        description = "Show a head for N classes too (default: the backbone alone).")
    private int classes;

    @Option(
        names = "--head",
        paramLabel = "LAYERS",
        defaultValue = "",
        converter = Converters.HeadNotation.class,
        description =
            "The head's layers before the logits, such as dense:128,dropout:0.6 (default: none).")
    private Converters.Head head;
  }

  @Override
  public Integer call() throws Exception {
    ZooBackbone from = size.of(backbone.randomWeights(0));
    if (classifier != null && classifier.head != null) {
      plan(from, classifier.head);
    } else {
      graph(from);
    }
    return 0;
  }

  private void plan(ZooBackbone from, NewHead head) throws IOException {
    FineTune frozen = freezing.apply(FineTune.from(from), from.graph(), Freeze.none());
    FineTune classes = WrongCall.unlessBuilt("--classes", () -> frozen.classes(head.classes));
    FineTunePlan plan =
        WrongCall.unlessBuilt("--head", () -> classes.head(head.head.layers()).plan());
    output.text(plan.describe());
    output.result(new ObjectMapper().readTree(plan.toJson()));
  }

  private void graph(ZooBackbone from) {
    Set<String> frozen =
        freezing
            .strategy(from.graph())
            .map(strategy -> strategy.frozenLayers(from.graph()))
            .orElse(Set.of());
    LayerGraph graph =
        classifier != null && classifier.imageNet ? from.graphWithTop() : from.graph();
    long trainable = graph.trainableParameterCount(frozen);
    output.text(GraphReport.table(graph, frozen));
    output.text(
        String.format(
            Locale.ROOT, "total parameters %,d, trainable %,d", graph.parameterCount(), trainable));
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("backbone", from.name());
    json.put("totalParameters", graph.parameterCount());
    json.put("trainableParameters", trainable);
    json.set(
        "layers",
        new ObjectMapper()
            .setDefaultPropertyInclusion(JsonInclude.Include.NON_NULL)
            .valueToTree(GraphReport.layers(graph, frozen)));
    output.result(json);
  }
}
