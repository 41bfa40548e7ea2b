package dev.finetune.zoo.weights;

import dev.finetune.data.Interruption;
import dev.finetune.weights.Tensor;
import io.jhdf.HdfFile;
import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import io.jhdf.exceptions.HdfException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keras' HDF5 files. To version 2 the attribute {@code layer_names} lists the layers, and in each
 * layer's group {@code weight_names} lists its tensors. In version 3's {@code .weights.h5} a layer
 * is a group under its class's name, and its tensors are numbered in {@code vars}. In both a model
 * may be a layer of another one.
 */
final class KerasH5 {

  private KerasH5() {}

  /**
   * The models in a file, each as a list of its layers that have tensors: first the whole, then
   * those nested in it.
   */
  static List<List<StoredLayer>> read(Path file) throws IOException {
    try (HdfFile hdf = new HdfFile(file)) {
      return models(hdf, file.toString());
    } catch (HdfException e) {
      throw unreadable(file.toString(), e);
    }
  }

  /** The same of a file that is in memory. */
  static List<List<StoredLayer>> read(byte[] content, String source) throws IOException {
    try (HdfFile hdf = HdfFile.fromBytes(content)) {
      return models(hdf, source);
    } catch (HdfException e) {
      throw unreadable(source, e);
    }
  }

  private static IOException unreadable(String source, HdfException e) {
    if (Interruption.caused(e)) {
      return new IOException(source + ": the thread was interrupted while it read the file", e);
    }
    return new IOException(source + ": not a readable Keras HDF5 file: " + e.getMessage(), e);
  }

  private static List<List<StoredLayer>> models(HdfFile hdf, String source) throws IOException {
    // A file that model.save wrote holds the weights one level deeper.
    Group root =
        !listed(hdf, "layer_names") && hdf.getChild("model_weights") instanceof Group inner
            ? inner
            : hdf;
    List<List<StoredLayer>> models = new ArrayList<>();
    if (listed(root, "layer_names")) {
      byNames(root, models);
    } else {
      byClasses(root, models);
    }
    if (models.stream().allMatch(List::isEmpty)) {
      throw new IOException(
          source
              + ": Keras' HDF5 weights have the attribute layer_names, or groups with \"vars\";"
              + " there is neither");
    }
    return models;
  }

  private static void byNames(Group root, List<List<StoredLayer>> models) throws IOException {
    List<StoredLayer> whole = new ArrayList<>();
    List<List<StoredLayer>> nested = new ArrayList<>();
    for (String name : names(root, "layer_names")) {
      Group group = (Group) root.getByPath(name);
      Map<String, List<StoredLayer.Stored>> owners = new LinkedHashMap<>();
      for (String tensor : names(group, "weight_names")) {
        String owner = tensor.substring(0, Math.max(0, tensor.lastIndexOf('/')));
        owners
            .computeIfAbsent(owner, o -> new ArrayList<>())
            .add(new StoredLayer.Stored(tensor, tensor(group.getByPath(tensor))));
      }
      if (owners.size() == 1) {
        whole.add(new StoredLayer(name, owners.values().iterator().next()));
      } else if (owners.size() > 1) {
        List<StoredLayer> inner = new ArrayList<>();
        owners.forEach((owner, tensors) -> inner.add(new StoredLayer(owner, tensors)));
        nested.add(inner);
        whole.addAll(inner);
      }
    }
    models.add(whole);
    models.addAll(nested);
  }

  private static void byClasses(Group group, List<List<StoredLayer>> models) throws IOException {
    List<StoredLayer> layers = new ArrayList<>();
    List<Group> inside = new ArrayList<>();
    for (Node child : group) {
      if (child instanceof Group layer && !layer.getName().equals("vars")) {
        inside.add(layer);
        if (layer.getChild("vars") instanceof Group variables
            && !variables.getChildren().isEmpty()) {
          layers.add(new StoredLayer(layer.getName(), numbered(variables)));
        }
      }
    }
    if (!layers.isEmpty()) {
      models.add(layers);
    }
    for (Group layer : inside) {
      byClasses(layer, models);
    }
  }

  private static List<StoredLayer.Stored> numbered(Group variables) throws IOException {
    List<StoredLayer.Stored> tensors = new ArrayList<>();
    List<String> numbers =
        variables.getChildren().keySet().stream()
            .sorted(Comparator.comparingInt(String::length).thenComparing(name -> name))
            .toList();
    for (String number : numbers) {
      tensors.add(new StoredLayer.Stored(number, tensor(variables.getChild(number))));
    }
    return tensors;
  }

  private static boolean listed(Group group, String attribute) {
    return group.getAttribute(attribute) != null || group.getAttribute(attribute + "0") != null;
  }

  /** Keras splits a list that is too long for one attribute into numbered ones. */
  private static List<String> names(Group group, String attribute) {
    List<String> names = new ArrayList<>(values(group.getAttribute(attribute)));
    for (int part = 0; group.getAttribute(attribute + part) != null; part++) {
      names.addAll(values(group.getAttribute(attribute + part)));
    }
    return names;
  }

  /** h5py writes an empty list as an empty array of numbers. */
  private static List<String> values(@Nullable Attribute attribute) {
    return attribute == null
            || attribute.getSize() == 0
            || !(attribute.getData() instanceof String[] names)
        ? List.of()
        : List.of(names);
  }

  private static Tensor tensor(Node node) throws IOException {
    if (!(node instanceof Dataset dataset)) {
      throw new IOException(node.getPath() + ": a tensor is a data set");
    }
    if (dataset.isScalar()) {
      return Tensor.of(List.of(), new float[] {((Number) dataset.getData()).floatValue()});
    }
    return Tensor.of(
        Arrays.stream(dataset.getDimensions()).boxed().toList(), floats(dataset, node.getPath()));
  }

  private static float[] floats(Dataset dataset, String path) throws IOException {
    Object values = dataset.getDataFlat();
    if (values instanceof float[] floats) {
      return floats;
    } else if (values instanceof double[] doubles) {
      float[] floats = new float[doubles.length];
      for (int i = 0; i < floats.length; i++) {
        floats[i] = (float) doubles[i];
      }
      return floats;
    } else if (values instanceof long[] longs) {
      float[] floats = new float[longs.length];
      for (int i = 0; i < floats.length; i++) {
        floats[i] = longs[i];
      }
      return floats;
    }
    throw new IOException(
        path + ": weights are float32, float64 or int64; got " + dataset.getDataType());
  }
}
