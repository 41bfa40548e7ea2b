package dev.finetune.dl4j;

import dev.finetune.FineTunedModel;
import dev.finetune.graph.LayerGraph;
import dev.finetune.internal.dl4j.Dl4jGraphs;
import dev.finetune.internal.files.AtomicFiles;
import dev.finetune.weights.Weights;
import java.io.IOException;
import java.nio.file.Path;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * Models as Deeplearning4j's graphs: the one way out of this library.
 *
 * <pre>{@code
 * Dl4jModels.write(model, Path.of("signs-dl4j.zip"));
 * ComputationGraph graph = ModelSerializer.restoreComputationGraph(new File("signs-dl4j.zip"));
 * }</pre>
 *
 * <p>Layers keep their names; softmax and a loss stand behind the logits. Separable convolutions
 * are two layers there. Deeplearning4j has neither layer normalisation nor GELU, as in ConvNeXt,
 * nor hard swish, as in MobileNetV3: such a graph opens where this library is on the class path.
 */
public final class Dl4jModels {

  private Dl4jModels() {}

  /**
   * Returns a graph of the model's values. What is changed in it changes nothing in the model. Not
   * safe for several threads; the caller closes it.
   */
  public static ComputationGraph graph(FineTunedModel model) {
    return graph(model.graph(), model.weights());
  }

  /**
   * Returns a graph of those layers and values, as above.
   *
   * @param layers one output: a logit per class
   */
  public static ComputationGraph graph(LayerGraph layers, Weights weights) {
    return Dl4jGraphs.classifier(layers, weights);
  }

  /**
   * Writes a zip that Deeplearning4j opens by itself. It has neither class names nor preprocessing.
   * The file appears whole or not at all.
   *
   * @throws IOException if it cannot be written; the message names the file
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
