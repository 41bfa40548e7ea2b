package dev.finetune.dl4j;

import static com.google.common.base.Preconditions.checkArgument;

import dev.finetune.FineTunedModel;
import dev.finetune.graph.LayerGraph;
import dev.finetune.internal.dl4j.Dl4jGraphs;
import dev.finetune.internal.files.AtomicFiles;
import dev.finetune.weights.Weights;
import java.io.IOException;
import java.nio.file.Path;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * Export of models as Deeplearning4j graphs and zip files.
 *
 * <pre>{@code
 * Dl4jModels.write(model, Path.of("signs-dl4j.zip"));
 * ComputationGraph graph = ModelSerializer.restoreComputationGraph(new File("signs-dl4j.zip"));
 * }</pre>
 *
 * <p>Layers keep their names. A softmax and a cross-entropy loss follow the logits. A separable
 * convolution becomes two layers. Deeplearning4j lacks layer normalisation and GELU, which ConvNeXt
 * uses, and hard swish, which MobileNetV3 uses. Files with such layers can only be opened with
 * finetune-dl4j on the class path.
 */
public final class Dl4jModels {

  private Dl4jModels() {}

  /**
   * Creates a graph from a model. The graph has copies of the parameters. It is not safe for use by
   * several threads, and the caller must close it.
   *
   * @param model the model to convert, without views
   * @return the graph; its output is an array of probabilities of shape (images, classes)
   * @throws IllegalArgumentException if the model averages over views, because a graph computes one
   *     forward pass
   * @throws IllegalStateException if no ND4J backend works on this machine
   */
  public static ComputationGraph graph(FineTunedModel model) {
    checkArgument(
        model.views().isNone(),
        "A model to export must not average over views, because the export has one forward pass;"
            + " got the views %s. Export model.withViews(Views.none())",
        model.views());
    return graph(model.graph(), model.weights());
  }

  /**
   * Creates a graph from layers and weights, as {@link #graph(FineTunedModel)} does.
   *
   * @param layers a graph with one output, a logit per class
   * @param weights a value for each parameter of the layers
   * @return the graph; its output is an array of probabilities of shape (images, classes)
   * @throws IllegalStateException if a weight is missing or has another shape, or no ND4J backend
   *     works on this machine
   */
  public static ComputationGraph graph(LayerGraph layers, Weights weights) {
    return Dl4jGraphs.classifier(layers, weights);
  }

  /**
   * Writes a model as a zip file for Deeplearning4j's {@code ModelSerializer}. The file contains
   * neither class names nor preprocessing. It is written atomically: after a failure, there is no
   * partial file.
   *
   * @param model the model to write, without views
   * @param file the file to create or replace; its folder is created if necessary
   * @throws IOException if the file cannot be written; the message names it
   * @throws IllegalArgumentException if the model averages over views
   * @throws IllegalStateException if no ND4J backend works on this machine
   */
  public static void write(FineTunedModel model, Path file) throws IOException {
    ComputationGraph graph = graph(model);
    try {
      AtomicFiles.write(file, out -> Dl4jGraphs.write(graph, out));
    } finally {
      graph.close();
    }
  }
}
