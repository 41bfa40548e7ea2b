package dev.finetune.internal.dl4j;

import dev.finetune.data.UnreadableFileException;
import dev.finetune.graph.LayerGraph;
import dev.finetune.internal.files.RegularFiles;
import dev.finetune.internal.network.Expansion;
import dev.finetune.weights.Weights;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.learning.config.Adam;

/** Conversions between layer graphs and Deeplearning4j networks, in memory and in zip files. */
public final class Dl4jGraphs {

  private Dl4jGraphs() {}

  /** Creates a graph that ends in logits, softmax and a cross-entropy loss. */
  public static ComputationGraph classifier(LayerGraph layers, Weights weights) {
    Backend.require();
    Expansion expansion = Expansion.of(layers);
    ComputationGraph graph =
        BorrowedRandom.network(GraphCompiler.withLoss(expansion.graph(), new Adam(1e-4)));
    Parameters.set(graph, expansion.graph(), expansion.expand(weights));
    return graph;
  }

  /** Writes a graph as a zip in Deeplearning4j's format, without the updater's state. */
  public static void write(ComputationGraph graph, OutputStream zip) throws IOException {
    ModelSerializer.writeModel(graph, zip, false);
  }

  /**
   * Reads a {@code ComputationGraph} or a {@code MultiLayerNetwork} that {@code ModelSerializer}
   * wrote. The caller must close it.
   *
   * @throws IOException if the file is missing, is not such a zip, or is damaged
   */
  public static Model restore(Path zip) throws IOException {
    Backend.require();
    RegularFiles.require(zip, "a zip of Deeplearning4j");
    return counted(zip);
  }

  /**
   * Reads a network and checks the number of its parameters. Deeplearning4j accepts a file with
   * another number and leaves the remaining ones zero.
   */
  private static Model counted(Path zip) throws IOException {
    long stored = Coefficients.count(zip);
    Model model = BorrowedRandom.during(() -> Dl4jZip.read(zip));
    if (stored != model.numParams()) {
      long wanted = model.numParams();
      model.close();
      throw new UnreadableFileException(
          zip.toString(),
          Coefficients.ENTRY,
          "must have " + wanted + " values, one per parameter of the network, got " + stored);
    }
    return model;
  }

  /**
   * Reads the parameters of a graph that {@link #write} wrote.
   *
   * @param layers the layers of the graph in the file
   * @throws IOException if the file has another graph, another number of values, or values that are
   *     not finite
   */
  public static Weights read(LayerGraph layers, Path zip) throws IOException {
    Backend.require();
    Expansion expansion = Expansion.of(layers);
    RegularFiles.require(zip, "a zip of Deeplearning4j");
    Model graph = counted(zip);
    Weights weights;
    try {
      weights = expansion.contract(Parameters.get((ComputationGraph) graph, expansion.graph()));
    } catch (RuntimeException e) {
      throw new UnreadableFileException(
          zip.toString(),
          Dl4jZip.CONFIGURATION,
          "must match the network in the model's description: " + e,
          e);
    } finally {
      graph.close();
    }
    List<String> nonFinite = weights.nonFinite();
    if (!nonFinite.isEmpty()) {
      throw new UnreadableFileException(
          zip.toString(),
          "",
          "a model's weights must be finite, got " + String.join("; ", nonFinite));
    }
    return weights;
  }
}
