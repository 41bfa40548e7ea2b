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
 * The contents of a model besides its weights.
 *
 * @param classNames the names of the classes, at least two, distinct, in the order of the logits
 * @param input the size and preprocessing of the images
 * @param engine the engine that computed the model
 * @param graph the layers, with one input of shape {@code input.shape()} and one output, a logit
 *     per class
 * @param backboneOutput the name of the last layer of the backbone
 * @param plan the training plan as JSON
 * @param history the history of the training run
 * @param provenance how the model was trained, as JSON
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
   * Checks that the parts match.
   *
   * @throws IllegalArgumentException if the class names are not valid or do not match the output of
   *     the graph, the graph has another input, or no layer is named {@code backboneOutput}
   */
  public Description {
    classNames = List.copyOf(classNames);
    Labels.requireClassNames(classNames);
    checkArgument(
        graph.outputShape().flat() && graph.outputShape().size() == classNames.size(),
        "The output of the network must be a vector with one value for each of the %s classes, got"
            + " %s",
        classNames.size(),
        graph.outputShape());
    List<Node> inputs = graph.inputs();
    checkArgument(
        inputs.size() == 1 && inputs.get(0).output().equals(input.shape()),
        "The network must have one input, with the shape of the images, %s, got %s",
        input.shape(),
        inputs);
    checkArgument(
        graph.names().contains(backboneOutput),
        "The output of the backbone must be a layer of the network, got \"%s\"; the layers are %s",
        backboneOutput,
        graph.names());
  }
}
