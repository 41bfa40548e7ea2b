package dev.finetune.zoo.weights;

import com.google.common.collect.HashBasedTable;
import com.google.common.collect.Table;
import dev.finetune.graph.Layer;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.ParameterRole;
import dev.finetune.graph.Shape;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.WeightsException;
import io.jhdf.HdfFile;
import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.exceptions.HdfException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keras' HDF5 weights: the attribute {@code layer_names} lists the layers, and in each layer's
 * group {@code weight_names} lists its tensors.
 */
final class KerasH5 {

  private KerasH5() {}

  /** The tensors by layer and role, in this library's layouts; layers unknown to the graph too. */
  static Table<String, ParameterRole, Tensor> read(Path file, LayerGraph graph) throws IOException {
    try (HdfFile hdf = new HdfFile(file)) {
      Group root = root(hdf);
      Table<String, ParameterRole, Tensor> tensors = HashBasedTable.create();
      List<String> problems = new ArrayList<>();
      for (String layer : names(root, "layer_names", file)) {
        Group group = (Group) root.getByPath(layer);
        for (String name : names(group, "weight_names", file)) {
          ParameterRole role = KerasNames.role(name);
          if (role == null) {
            problems.add("extra: " + layer + " has a tensor of unknown purpose, " + name);
          } else {
            tensors.put(layer, role, layout(tensor(group, name), layer, role, graph));
          }
        }
      }
      if (!problems.isEmpty()) {
        throw new WeightsException(file.toString(), problems);
      }
      return tensors;
    } catch (HdfException e) {
      throw new IOException(file + ": not a readable Keras HDF5 file: " + e.getMessage(), e);
    }
  }

  /** A file that {@code model.save} wrote holds the weights one level deeper. */
  private static Group root(HdfFile hdf) {
    return hdf.getAttribute("layer_names") == null
            && hdf.getChild("model_weights") instanceof Group inner
        ? inner
        : hdf;
  }

  private static List<String> names(Group group, String attribute, Path file) throws IOException {
    Attribute found = group.getAttribute(attribute);
    if (found == null) {
      throw new IOException(
          file
              + ": Keras' HDF5 weights have the attribute "
              + attribute
              + " in "
              + group.getPath()
              + "; there is none");
    }
    // h5py writes an empty list as an empty array of numbers.
    return found.getSize() == 0 || !(found.getData() instanceof String[] names)
        ? List.of()
        : List.of(names);
  }

  private static Tensor tensor(Group group, String name) throws IOException {
    io.jhdf.api.Node node = group.getByPath(name);
    if (!(node instanceof Dataset dataset) || !(dataset.getDataFlat() instanceof float[] values)) {
      throw new IOException(node.getPath() + ": weights are float32 data sets");
    }
    return Tensor.of(Arrays.stream(dataset.getDimensions()).boxed().toList(), values);
  }

  private static Tensor layout(Tensor tensor, String layer, ParameterRole role, LayerGraph graph) {
    if (role != ParameterRole.KERNEL) {
      return tensor;
    }
    if (tensor.shape().size() == 4) {
      // Keras keeps (height, width, in, out); this library (out, in, height, width).
      return tensor.permute(3, 2, 0, 1);
    }
    Shape flattened = flattenedShape(layer, graph);
    if (flattened != null && tensor.shape().get(0) == flattened.size()) {
      // Keras flattens height, width, channel; this library channel, height, width.
      int units = tensor.shape().get(1);
      Tensor rows =
          Tensor.of(
              List.of(flattened.height(), flattened.width(), flattened.channels(), units),
              tensor.values());
      return Tensor.of(tensor.shape(), rows.permute(2, 0, 1, 3).values());
    }
    return tensor;
  }

  /** The shape of the image that a dense layer reads through a flatten, if it does. */
  private static @Nullable Shape flattenedShape(String layer, LayerGraph graph) {
    if (!graph.names().contains(layer)) {
      return null;
    }
    Node node = graph.node(layer);
    while (!node.inputs().isEmpty()) {
      node = graph.node(node.inputs().get(0));
      if (node.layer() instanceof Layer.Flatten) {
        Shape shape = graph.node(node.inputs().get(0)).output();
        return shape.flat() ? null : shape;
      }
      if (!(node.layer() instanceof Layer.Dropout || node.layer() instanceof Layer.Activate)) {
        return null;
      }
    }
    return null;
  }
}
