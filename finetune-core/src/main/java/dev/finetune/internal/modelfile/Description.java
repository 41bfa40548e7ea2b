package dev.finetune.internal.modelfile;

import static com.google.common.base.Preconditions.checkArgument;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.finetune.data.Labels;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.image.InputSpec;
import dev.finetune.train.History;
import java.util.List;

/**
 * What is known of a model besides its weights.
 *
 * @param classNames at least two, all different, in the order of the logits
 * @param input how the network wants its images
 * @param engine what computed it
 * @param graph one input of {@code input.shape()}, one output: a logit per class
 * @param backboneOutput the layer that the backbone ends in
 * @param plan what it was trained by
 * @param history the course of its training
 * @param provenance where it came from
 */
public record Description(
    List<String> classNames,
    InputSpec input,
    StoredEngine engine,
    LayerGraph graph,
    String backboneOutput,
    ObjectNode plan,
    History history,
    ObjectNode provenance) {

  /**
   * Checks that the parts fit together.
   *
   * @throws IllegalArgumentException if they do not
   */
  public Description {
    classNames = List.copyOf(classNames);
    Labels.requireClassNames(classNames);
    checkArgument(
        graph.outputShape().flat() && graph.outputShape().size() == classNames.size(),
        "The network gives a vector with a value for each of the %s classes, got %s",
        classNames.size(),
        graph.outputShape());
    List<Node> inputs = graph.inputs();
    checkArgument(
        inputs.size() == 1 && inputs.get(0).output().equals(input.shape()),
        "The network has one input, of the images' shape %s, got %s",
        input.shape(),
        inputs);
    checkArgument(
        graph.names().contains(backboneOutput),
        "The backbone ends in a layer of the network, got \"%s\"; its layers are %s",
        backboneOutput,
        graph.names());
  }
}
