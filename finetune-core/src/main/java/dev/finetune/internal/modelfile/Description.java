package dev.finetune.internal.modelfile;

import static com.google.common.base.Preconditions.checkArgument;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.image.ColourRule;
import dev.finetune.image.InputSpec;
import dev.finetune.image.Views;
import dev.finetune.loss.Targets;
import dev.finetune.train.History;
import dev.finetune.train.Score;
import java.util.List;
import java.util.Optional;

/**
 * The contents of a model besides its weights.
 *
 * @param outputs the names of the outputs, and whether they are classes, tags or values
 * @param input the size and preprocessing of the images
 * @param views the views of an image that a classifier averages over
 * @param engine the engine that computed the model
 * @param graph the layers, with one input of shape {@code input.shape()} and one output, a vector
 *     with one value per name
 * @param backboneOutput the name of the last layer of the backbone
 * @param plan the training plan as JSON
 * @param history the history of the training run
 * @param provenance how the model was trained, as JSON
 */
public record Description(
    StoredOutputs outputs,
    InputSpec input,
    Views views,
    StoredEngine engine,
    LayerGraph graph,
    String backboneOutput,
    ObjectNode plan,
    History history,
    ObjectNode provenance) {

  /** The key of the provenance with how the colours of the images are read. */
  public static final String COLOURS = "colours";

  /**
   * Checks that the parts match.
   *
   * @throws IllegalArgumentException if the names do not match the output of the graph, the graph
   *     has another input, there are several views without classes, no layer is named {@code
   *     backboneOutput}, the history is of another task, or colours are read by an unknown rule
   */
  public Description {
    checkArgument(
        graph.outputShape().flat() && graph.outputShape().size() == outputs.names().size(),
        "The output of the network must be a vector with one value for each of the %s %s, got %s",
        outputs.names().size(),
        outputs.kind(),
        graph.outputShape());
    List<Node> inputs = graph.inputs();
    checkArgument(
        inputs.size() == 1 && inputs.get(0).output().equals(input.shape()),
        "The network must have one input, with the shape of the images, %s, got %s",
        input.shape(),
        inputs);
    checkArgument(
        views.isNone() || outputs.kind() == Targets.Kind.CLASSES,
        "Only a model with classes can have views, got the views %s of a model with %s",
        views,
        outputs.kind());
    checkArgument(
        graph.names().contains(backboneOutput),
        "The output of the backbone must be a layer of the network, got \"%s\"; the layers are %s",
        backboneOutput,
        graph.names());
    checkArgument(
        history.score() == score(outputs),
        "The history of a model with %s must have the score %s, got %s",
        outputs.kind(),
        score(outputs).name(),
        history.score().name());
    colours(provenance);
  }

  private static Optional<ColourRule> colours(ObjectNode provenance) {
    return provenance.has(COLOURS)
        ? Optional.of(ColourRule.parse(provenance.path(COLOURS).asText()))
        : Optional.empty();
  }

  /** Returns how the colours of the training images are read; empty if it is not known. */
  public Optional<ColourRule> colours() {
    return colours(provenance);
  }

  private static Score score(StoredOutputs outputs) {
    if (outputs instanceof StoredOutputs.Tags) {
      return Score.MEAN_AVERAGE_PRECISION;
    }
    return outputs instanceof StoredOutputs.Values ? Score.R2 : Score.ACCURACY;
  }

  /**
   * Returns a copy with other views.
   *
   * @throws IllegalArgumentException if there are views and the outputs are not classes
   */
  public Description withViews(Views changed) {
    return new Description(
        outputs, input, changed, engine, graph, backboneOutput, plan, history, provenance);
  }

  /** Returns a copy with another provenance. */
  public Description withProvenance(ObjectNode changed) {
    return new Description(
        outputs, input, views, engine, graph, backboneOutput, plan, history, changed);
  }

  /** Returns the names of the outputs: of classes, tags or values. */
  public List<String> classNames() {
    return outputs.names();
  }
}
