package dev.finetune.internal.modelfile;

import dev.finetune.graph.LayerGraph;
import dev.finetune.weights.Weights;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Reads the weights of files of format 1, which are Deeplearning4j's zips. Found by {@link
 * java.util.ServiceLoader}.
 */
public interface FormatOne {

  /**
   * Reads the weights.
   *
   * @param graph the layers as the file describes them
   * @throws IOException if the zip has others; the message names the file
   */
  Weights read(LayerGraph graph, Path zip) throws IOException;
}
