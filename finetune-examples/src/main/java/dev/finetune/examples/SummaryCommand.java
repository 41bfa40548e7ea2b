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
import dev.finetune.head.HeadLayers;
import dev.finetune.zoo.Zoo;
import dev.finetune.zoo.ZooBackbone;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints a network's layers. Needs no weights. */
@Command(
    name = "summary",
    description = "Print the layers of a backbone or of a plan, with shapes and parameters.",
    mixinStandardHelpOptions = true)
final class SummaryCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private Output output;

  @Parameters(paramLabel = "BACKBONE", description = "One of those that zoo lists.")
  private String backbone;

  @Option(names = "--with-top", description = "With the ImageNet classifier.")
  private boolean withTop;

  @Option(names = "--classes", paramLabel = "N", description = "With a head for so many classes.")
  private @Nullable Integer classes;

  @ArgGroup private @Nullable FreezeOptions freezing;

  @Option(
      names = "--head",
      paramLabel = "LAYERS",
      defaultValue = "",
      description = "The head's layers, such as dense:128,dropout:0.6; with --classes.")
  private String head;

  @Option(names = "--size", paramLabel = "N", description = "Side of the input images.")
  private @Nullable Integer size;

  @Override
  public Integer call() throws Exception {
    if (withTop && classes != null) {
      throw new ParameterException(
          spec.commandLine(), "Either --with-top or --classes; a head stands in the top's place");
    }
    if (classes == null && !head.isEmpty()) {
      throw new ParameterException(spec.commandLine(), "--head goes with --classes");
    }
    ZooBackbone from = Zoo.byName(backbone).randomWeights(0);
    from = size == null ? from : from.inputSize(size);
    if (classes != null) {
      plan(from, classes);
    } else {
      graph(withTop ? from.graphWithTop() : from.graph());
    }
    return 0;
  }

  private void plan(ZooBackbone from, int count) throws Exception {
    FineTunePlan plan =
        FineTune.from(from)
            .freeze(freezing == null ? Freeze.none() : freezing.strategy())
            .head(HeadLayers.parse(head))
            .classes(count)
            .plan();
    output.text(plan.describe());
    output.result(new ObjectMapper().readTree(plan.toJson()));
  }

  private void graph(LayerGraph graph) {
    Set<String> frozen = freezing == null ? Set.of() : freezing.strategy().frozenLayers(graph);
    long trainable = graph.trainableParameterCount(frozen);
    output.text(GraphReport.table(graph, frozen));
    output.text(
        String.format(
            Locale.ROOT, "total parameters %,d, trainable %,d", graph.parameterCount(), trainable));
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("backbone", backbone);
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
