package dev.finetune.internal.dl4j;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.finetune.graph.LayerGraph;
import dev.finetune.internal.network.Expansion;
import dev.finetune.weights.Weights;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.learning.config.Adam;

/** Networks as plain Deeplearning4j graphs, to hand out, to write and to read. */
public final class Dl4jGraphs {

  private static final String CONFIGURATION = "configuration.json";

  private Dl4jGraphs() {}

  /** A graph that ends in logits, softmax and a loss. */
  public static ComputationGraph classifier(LayerGraph layers, Weights weights) {
    Backend.require();
    Expansion expansion = Expansion.of(layers);
    ComputationGraph graph =
        BorrowedRandom.network(GraphCompiler.withLoss(expansion.graph(), new Adam(1e-4)));
    Parameters.set(graph, expansion.graph(), expansion.expand(weights));
    return graph;
  }

  /** Writes it as a zip in Deeplearning4j's own format. */
  public static void write(ComputationGraph graph, OutputStream zip) throws IOException {
    ModelSerializer.writeModel(graph, zip, false);
  }

  /**
   * A network of either kind that {@code ModelSerializer} wrote.
   *
   * @throws IOException if the file is missing or is none
   */
  public static Model restore(Path zip) throws IOException {
    Backend.require();
    if (!Files.isRegularFile(zip)) {
      throw new IOException(zip + ": no such file; a Deeplearning4j zip was expected");
    }
    return restore(zip, isGraph(zip));
  }

  /** Deeplearning4j takes coefficients of another number than the graph has, and leaves zeros. */
  private static Model restore(Path zip, boolean graph) throws IOException {
    long stored = Coefficients.count(zip);
    Model model;
    try {
      model =
          BorrowedRandom.during(
              () ->
                  graph
                      ? ModelSerializer.restoreComputationGraph(zip.toFile(), false)
                      : ModelSerializer.restoreMultiLayerNetwork(zip.toFile(), false));
    } catch (RuntimeException e) {
      throw new IOException(zip + ": Deeplearning4j cannot read it: " + e.getMessage(), e);
    }
    if (stored != model.numParams()) {
      long wanted = model.numParams();
      model.close();
      throw new IOException(
          zip
              + ": "
              + Coefficients.ENTRY
              + " has a value for each of the "
              + wanted
              + " parameters of its network, got "
              + stored);
    }
    return model;
  }

  /** Only a graph's configuration has vertices. */
  private static boolean isGraph(Path zip) throws IOException {
    try (ZipFile file = new ZipFile(zip.toFile())) {
      ZipEntry configuration = file.getEntry(CONFIGURATION);
      if (configuration == null || file.getEntry(Coefficients.ENTRY) == null) {
        throw new IOException(
            zip + ": a Deeplearning4j zip has " + CONFIGURATION + " and " + Coefficients.ENTRY);
      }
      try (InputStream in = file.getInputStream(configuration)) {
        return new ObjectMapper().readTree(in).has("vertices");
      }
    } catch (ZipException e) {
      throw new IOException(zip + ": not a Deeplearning4j zip: " + e.getMessage(), e);
    }
  }

  /**
   * The parameters of the graph that {@link #write} wrote into this zip.
   *
   * @throws IOException if the file has another graph, another number of values, or values that are
   *     not finite
   */
  public static Weights read(LayerGraph layers, Path zip) throws IOException {
    Backend.require();
    Expansion expansion = Expansion.of(layers);
    Model graph = restore(zip, true);
    Weights weights;
    try {
      weights = expansion.contract(Parameters.get((ComputationGraph) graph, expansion.graph()));
    } catch (RuntimeException e) {
      throw new IOException(
          zip + ": " + CONFIGURATION + " is of another network than its description says: " + e, e);
    } finally {
      graph.close();
    }
    List<String> nonFinite = weights.nonFinite();
    if (!nonFinite.isEmpty()) {
      throw new IOException(
          zip + ": a model's weights are finite, got " + String.join("; ", nonFinite));
    }
    return weights;
  }
}
