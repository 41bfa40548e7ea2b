package dev.finetune.zoo.weights;

import com.google.common.collect.ImmutableSet;
import dev.finetune.data.Interruption;
import dev.finetune.weights.Tensor;
import io.jhdf.HdfFile;
import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A reader of Keras' HDF5 files. Up to version 2 the attribute {@code layer_names} lists the
 * layers, and {@code weight_names} in the group of a layer lists its tensors. In the {@code
 * .weights.h5} of version 3 a layer is a group named after its class, and its tensors are numbered
 * in {@code vars}. In both, a model may be a layer of another one.
 */
final class KerasH5 {

  private static final ImmutableSet<String> NO_LAYERS =
      ImmutableSet.of("vars", "seed_generator", "optimizer");

  private KerasH5() {}

  /** Reads a file. */
  static KerasFile read(Path file) throws IOException {
    return read(() -> new HdfFile(file), file.toString());
  }

  /** Reads a file in memory. */
  static KerasFile read(byte[] content, String source) throws IOException {
    return read(() -> HdfFile.fromBytes(content), source);
  }

  /** Reads a file. The HDF5 library throws many kinds of exceptions for damaged files. */
  private static KerasFile read(Supplier<HdfFile> open, String source) throws IOException {
    try (HdfFile hdf = open.get()) {
      return content(hdf, source).requireFinite(source);
    } catch (RuntimeException e) {
      throw unreadable(source, e);
    }
  }

  private static IOException unreadable(String source, RuntimeException e) {
    if (Interruption.caused(e)) {
      return new IOException(source + ": the thread was interrupted while reading the file", e);
    }
    return new IOException(source + ": the Keras HDF5 file cannot be read: " + e.getMessage(), e);
  }

  private static KerasFile content(HdfFile hdf, String source) throws IOException {
    // In a file written by model.save the weights are one level deeper.
    Group root =
        !listed(hdf, "layer_names") && hdf.getChild("model_weights") instanceof Group inner
            ? inner
            : hdf;
    List<StoredModel> models = listed(root, "layer_names") ? byNames(root) : byClasses(root);
    if (models.stream().allMatch(model -> model.layers().isEmpty())) {
      throw new IOException(
          source
              + ": the file must have the attribute layer_names or groups with \"vars\", got"
              + " neither");
    }
    Attribute config = hdf.getAttribute("model_config");
    return new KerasFile(
        models, config != null && config.getData() instanceof String text ? text : "");
  }

  private static List<StoredModel> byNames(Group root) throws IOException {
    List<StoredLayer> whole = new ArrayList<>();
    List<StoredModel> models = new ArrayList<>();
    List<String> all = names(root, "layer_names");
    boolean allListed = false;
    for (String name : all) {
      Group group = (Group) root.getByPath(name);
      Map<String, List<StoredLayer.Stored>> owners = new LinkedHashMap<>();
      for (String tensor : names(group, "weight_names")) {
        String owner = tensor.substring(0, Math.max(0, tensor.lastIndexOf('/')));
        owners
            .computeIfAbsent(owner, o -> new ArrayList<>())
            .add(new StoredLayer.Stored(tensor, tensor(group.getByPath(tensor))));
      }
      if (owners.size() == 1) {
        whole.add(StoredLayer.named(name, owners.values().iterator().next()));
      } else if (owners.size() > 1) {
        List<StoredLayer> inner = new ArrayList<>();
        owners.forEach((owner, tensors) -> inner.add(StoredLayer.named(owner, tensors)));
        models.add(new StoredModel(false, inner, List.of()));
        whole.addAll(inner);
      } else {
        allListed = true;
      }
    }
    models.add(0, new StoredModel(false, whole, allListed ? all : List.of()));
    return models;
  }

  private static List<StoredModel> byClasses(Group root) throws IOException {
    Map<String, StoredLayer> read = new HashMap<>();
    List<StoredModel> models = new ArrayList<>();
    byClasses(root, read, models);
    return models;
  }

  /**
   * Searches all groups for layers: the name of the group of layers depends on the class of the
   * model.
   */
  private static void byClasses(
      Group group, Map<String, StoredLayer> read, List<StoredModel> models) throws IOException {
    List<StoredLayer> layers = layers(group, "", read);
    if (!layers.isEmpty()) {
      List<Group> all = groups(group);
      boolean allListed = all.stream().anyMatch(layer -> numbers(layer).isEmpty());
      models.add(
          new StoredModel(
              true, layers, allListed ? all.stream().map(Group::getName).toList() : List.of()));
    }
    for (Group layer : groups(group)) {
      byClasses(layer, read, models);
    }
  }

  /** Returns the layers in a group and in the models among them. */
  private static List<StoredLayer> layers(Group group, String prefix, Map<String, StoredLayer> read)
      throws IOException {
    List<StoredLayer> layers = new ArrayList<>();
    for (Group layer : groups(group)) {
      String name = prefix + layer.getName();
      if (!numbers(layer).isEmpty()) {
        StoredLayer found = read.get(layer.getPath());
        if (found == null) {
          found = new StoredLayer(name, called(layer), numbered((Group) layer.getChild("vars")));
          read.put(layer.getPath(), found);
        }
        layers.add(new StoredLayer(name, found.called(), found.tensors()));
      }
      for (Group inner : groups(layer)) {
        layers.addAll(layers(inner, name + "/", read));
      }
    }
    return layers;
  }

  /**
   * Returns the child groups that can be layers; states of random generators and optimizers are
   * not.
   */
  private static List<Group> groups(Group group) {
    List<Group> groups = new ArrayList<>();
    for (Node child : group) {
      if (child instanceof Group inner && !NO_LAYERS.contains(child.getName())) {
        groups.add(inner);
      }
    }
    return groups;
  }

  private static Set<String> numbers(Group layer) {
    return layer.getChild("vars") instanceof Group variables
        ? variables.getChildren().keySet()
        : Set.of();
  }

  /** Returns the layer's own name, which newer versions write, or an empty string. */
  private static String called(Group layer) {
    Attribute name = layer.getChild("vars").getAttribute("name");
    return name != null && name.getData() instanceof String text ? text : "";
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

  /**
   * Returns a list of names. Keras splits a list that is too long for one attribute into numbered
   * attributes.
   */
  private static List<String> names(Group group, String attribute) {
    List<String> names = new ArrayList<>(values(group.getAttribute(attribute)));
    for (int part = 0; group.getAttribute(attribute + part) != null; part++) {
      names.addAll(values(group.getAttribute(attribute + part)));
    }
    return names;
  }

  /** Returns the names in an attribute. h5py writes an empty list as an empty array of numbers. */
  private static List<String> values(@Nullable Attribute attribute) {
    return attribute == null
            || attribute.getSize() == 0
            || !(attribute.getData() instanceof String[] names)
        ? List.of()
        : List.of(names);
  }

  private static Tensor tensor(Node node) throws IOException {
    if (!(node instanceof Dataset dataset)) {
      throw new IOException(
          node.getPath() + ": a tensor must be an HDF5 data set, got another object");
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
        path + ": weights must be float32, float64 or int64, got " + dataset.getDataType());
  }
}
