package dev.finetune.internal.dl4j;

import dev.finetune.graph.LayerGraph;
import dev.finetune.internal.modelfile.FormatOne;
import dev.finetune.weights.Weights;
import java.io.IOException;
import java.nio.file.Path;

/** The reader of the weights of saved models in format 1, which are Deeplearning4j zips. */
public final class Dl4jFormatOne implements FormatOne {

  @Override
  public Weights read(LayerGraph graph, Path zip) throws IOException {
    return Dl4jGraphs.read(graph, zip);
  }
}
