package dev.finetune.zoo.weights;

import com.google.common.collect.HashBasedTable;
import com.google.common.collect.Table;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.ParameterRole;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.Weights;
import dev.finetune.zoo.architecture.Architecture;
import dev.finetune.zoo.architecture.Top;
import java.io.IOException;
import java.nio.file.Path;

/** Reads the weights of an architecture and checks every tensor by name and shape. */
public final class WeightReader {

  private WeightReader() {}

  /**
   * The weights that the graph needs. Tensors of the classifier are passed over where the graph has
   * none; any other that the graph has no place for is an error.
   *
   * @param graph one of the architecture's
   * @throws dev.finetune.weights.WeightsException one that lists every missing, extra and
   *     mis-shaped tensor
   * @throws IOException if the file cannot be read
   */
  public static Weights read(Path file, Architecture architecture, LayerGraph graph)
      throws IOException {
    int size = graph.inputs().get(0).output().height();
    LayerGraph whole = architecture.graph(size, Top.LOGITS);
    Table<String, ParameterRole, Tensor> found =
        switch (WeightFormat.of(file)) {
          case KERAS_H5 -> KerasH5.read(file, whole);
          case SAFETENSORS ->
              TorchNames.assign(Safetensors.read(file), architecture.torchNames(), whole, file);
        };
    Table<String, ParameterRole, Tensor> wanted = HashBasedTable.create();
    for (Table.Cell<String, ParameterRole, Tensor> cell : found.cellSet()) {
      boolean onlyInTop =
          whole.names().contains(cell.getRowKey()) && !graph.names().contains(cell.getRowKey());
      if (!onlyInTop) {
        wanted.put(cell.getRowKey(), cell.getColumnKey(), cell.getValue());
      }
    }
    Weights weights = Weights.of(wanted);
    weights.requireMatch(graph, file.toString());
    return weights;
  }
}
