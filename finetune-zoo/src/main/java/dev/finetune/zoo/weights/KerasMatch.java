package dev.finetune.zoo.weights;

import static com.google.common.base.Verify.verifyNotNull;

import com.google.common.collect.HashBasedTable;
import com.google.common.collect.ImmutableTable;
import com.google.common.collect.Table;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.graph.layer.ParameterSpec;
import dev.finetune.weights.Tensor;
import dev.finetune.zoo.internal.keras.StoredLayer;
import dev.finetune.zoo.internal.keras.StoredModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The tensors of a Keras file by the layers and roles of a network. Values are read when they are
 * asked for.
 *
 * @param model the model of the file that they are from
 * @param tensors the tensors
 */
record KerasMatch(StoredModel model, Table<String, ParameterRole, Found> tensors) {

  /**
   * A tensor of the file.
   *
   * @param layer the layer in the file
   * @param stored the tensor in the file
   * @param layout how it becomes one of the network
   */
  record Found(StoredLayer layer, StoredLayer.Stored stored, KerasLayout layout) {}

  KerasMatch {
    tensors = ImmutableTable.copyOf(tensors);
  }

  /** Returns a problem for each parameter of a graph that is missing or has another shape. */
  List<String> problems(LayerGraph graph) {
    List<String> problems = new ArrayList<>();
    for (Node node : graph.nodes()) {
      for (ParameterSpec spec : node.parameters()) {
        Found found = tensors.get(node.name(), spec.role());
        String label = node.name() + "/" + spec.role().name().toLowerCase(Locale.ROOT);
        if (found == null) {
          problems.add("missing: " + label + " " + spec.shape());
        } else if (!found.layout().shape().equals(spec.shape())) {
          problems.add(
              "shape: " + label + " expected " + spec.shape() + ", got " + found.layout().shape());
        }
      }
    }
    return problems;
  }

  /** Returns the tensors in the file that belong to a graph: another model may share them. */
  Set<StoredLayer.Stored> stored(LayerGraph graph) {
    return tensors.cellSet().stream()
        .filter(cell -> graph.names().contains(cell.getRowKey()))
        .map(cell -> verifyNotNull(cell.getValue()).stored())
        .collect(Collectors.toSet());
  }

  /**
   * Reads the tensors of some layers.
   *
   * @param source the name of the file in messages
   * @throws IOException if they cannot be read, or a value is not finite
   */
  Table<String, ParameterRole, Tensor> read(Set<String> layers, String source) throws IOException {
    Table<String, ParameterRole, Tensor> read = HashBasedTable.create();
    Map<String, Tensor> named = new LinkedHashMap<>();
    for (Table.Cell<String, ParameterRole, Found> cell : tensors.cellSet()) {
      if (layers.contains(cell.getRowKey())) {
        Found found = verifyNotNull(cell.getValue());
        Tensor tensor = found.stored().tensor();
        named.put(found.layer().label(found.stored()), tensor);
        read.put(cell.getRowKey(), cell.getColumnKey(), found.layout().conversion().apply(tensor));
      }
    }
    FiniteValues.require(source, named);
    return read;
  }
}
