package dev.finetune.internal.modelfile;

import dev.finetune.graph.LayerGraph;
import dev.finetune.weights.Weights;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Reads the weights of model files of format 1, which are Deeplearning4j zips. {@link
 * java.util.ServiceLoader} finds the implementation.
 */
public interface FormatOne {

  /**
   * Reads the weights.
   *
   * @param graph the layers according to the description in the file
   * @param zip the model file
   * @throws IOException if the zip has the weights of other layers, or a value is not finite; the
   *     message names the file
   */
  Weights read(LayerGraph graph, Path zip) throws IOException;
}
