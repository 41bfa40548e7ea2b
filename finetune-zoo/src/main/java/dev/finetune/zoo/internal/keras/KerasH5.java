package dev.finetune.zoo.internal.keras;

import com.google.common.collect.ImmutableSet;
import io.jhdf.HdfFile;
import io.jhdf.api.Attribute;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import io.jhdf.exceptions.HdfException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A reader of Keras' HDF5 files. Up to version 2 the attribute {@code layer_names} lists the
 * layers, and {@code weight_names} in the group of a layer lists its tensors. In the {@code
 * .weights.h5} of version 3 a layer is a group named after its class, and its tensors are numbered
 * in {@code vars}. In both, a model may be a layer of another one.
 *
 * <p>The file is mapped into memory, so a size in it never leads to an allocation before the bytes
 * are there.
 */
final class KerasH5 {

  private static final ImmutableSet<String> NO_LAYERS =
      ImmutableSet.of("vars", "seed_generator", "optimizer");

  /** The names of groups that hold the layers of a model. */
  private static final ImmutableSet<String> LISTS =
      ImmutableSet.of("layers", "_layer_checkpoint_dependencies");

  /** More than a list of names ever has. */
  private static final int MOST_NAMES = 1 << 20;

  /** More than models are ever nested. */
  private static final int DEEPEST = 40;

  private final H5Source source;
  private final H5Tensors tensors;

  private KerasH5(H5Source source, H5Tensors tensors) {
    this.source = source;
    this.tensors = tensors;
  }

  /** Opens a file. */
  static KerasFile open(Path file) throws IOException {
    H5Source source = new H5Source(file.toString(), "");
    try (FileChannel channel = FileChannel.open(file)) {
      if (channel.size() > Integer.MAX_VALUE) {
        return read(new HdfFile(file), source, false);
      }
      return open(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size()), source);
    } catch (ClosedByInterruptException | RuntimeException | StackOverflowError e) {
      throw H5Failures.of(source, "", e);
    }
  }

  /** Opens a file in memory. */
  static KerasFile open(byte[] content, H5Source source) throws IOException {
    try {
      return open(ByteBuffer.wrap(content), source);
    } catch (RuntimeException | StackOverflowError e) {
      throw H5Failures.of(source, "", e);
    }
  }

  private static KerasFile open(ByteBuffer content, H5Source source) throws IOException {
    H5Start.requireComplete(source, content);
    try {
      return read(HdfFile.fromByteBuffer(content), source, false);
    } catch (HdfException e) {
      if (!H5Opaque.in(content)) {
        throw e;
      }
      return read(HdfFile.fromByteBuffer(H5Opaque.asText(content)), source, true);
    }
  }

  private static KerasFile read(HdfFile hdf, H5Source source, boolean opaque) throws IOException {
    try {
      return new KerasH5(source, new H5Tensors(source, opaque)).content(hdf);
    } catch (IOException | RuntimeException | StackOverflowError e) {
      hdf.close();
      throw e;
    }
  }

  private KerasFile content(HdfFile hdf) throws IOException {
    // In a file written by model.save the weights are one level deeper.
    Group root =
        !listed(hdf, "layer_names") && hdf.getChild("model_weights") instanceof Group inner
            ? inner
            : hdf;
    List<StoredModel> models = listed(root, "layer_names") ? byNames(root) : byClasses(root);
    if (models.stream().allMatch(model -> model.layers().isEmpty())) {
      throw source.refused(
          "", "the file must have the attribute layer_names or groups with \"vars\", got neither");
    }
    return new KerasFile(models, text(hdf.getAttribute("model_config")), hdf::close);
  }

  private List<StoredModel> byNames(Group root) throws IOException {
    List<StoredLayer> whole = new ArrayList<>();
    List<StoredModel> models = new ArrayList<>();
    List<String> all = names(root, "layer_names");
    boolean allListed = false;
    for (String name : all) {
      if (!(find(root, name) instanceof Group group)) {
        throw source.refused(root.getPath(), "a layer must be a group, got " + name);
      }
      Map<String, List<StoredLayer.Stored>> owners = new LinkedHashMap<>();
      for (String tensor : names(group, "weight_names")) {
        String owner = tensor.substring(0, Math.max(0, tensor.lastIndexOf('/')));
        owners
            .computeIfAbsent(owner, o -> new ArrayList<>())
            .add(tensors.of(tensor, find(group, tensor)));
      }
      if (owners.size() == 1) {
        whole.add(StoredLayer.named(name, owners.values().iterator().next()));
      } else if (owners.size() > 1) {
        List<StoredLayer> inner = new ArrayList<>();
        owners.forEach((owner, stored) -> inner.add(StoredLayer.named(owner, stored)));
        models.add(new StoredModel(name, name, false, inner, List.of(), List.of()));
        whole.addAll(inner);
      } else {
        allListed = true;
      }
    }
    models.add(0, StoredModel.whole(false, whole, allListed ? all : List.of()));
    return models;
  }

  /** Finds a node by its path. Links are not followed: they may lead into other files. */
  private Node find(Group root, String path) throws IOException {
    Node node = root;
    for (String part : path.split("/+", 0)) {
      Node child = node instanceof Group group ? group.getChild(part) : null;
      if (child == null || child.isLink()) {
        throw source.refused(
            node.getPath(),
            "the file must have every tensor that it lists, got "
                + (child == null ? "none" : "a link")
                + " named "
                + path);
      }
      node = child;
    }
    return node;
  }

  private List<StoredModel> byClasses(Group root) throws IOException {
    List<StoredModel> models = new ArrayList<>();
    byClasses(root, "", "", 0, new HashMap<>(), models);
    return models;
  }

  /**
   * Searches all groups for layers: the name of the group of layers depends on the class of the
   * model.
   */
  private void byClasses(
      Group group,
      String path,
      String groups,
      int depth,
      Map<String, StoredLayer> read,
      List<StoredModel> models)
      throws IOException {
    List<StoredLayer> layers = layers(group, "", depth, read);
    if (!layers.isEmpty()) {
      List<Group> all = groups(group);
      boolean allListed = all.stream().anyMatch(layer -> numbers(layer).isEmpty());
      List<String> listed = allListed ? all.stream().map(Group::getName).toList() : List.of();
      List<String> own = new ArrayList<>();
      for (Group layer : all) {
        own.add(called(layer));
      }
      models.add(new StoredModel(path, groups, true, layers, listed, own));
    }
    for (Group layer : groups(group)) {
      boolean list = LISTS.contains(layer.getName());
      String called = called(layer);
      byClasses(
          layer,
          list ? path : under(path, called.isEmpty() ? layer.getName() : called),
          list ? groups : under(groups, layer.getName()),
          depth + 1,
          read,
          models);
    }
  }

  private static String under(String path, String name) {
    return path.isEmpty() ? name : path + "/" + name;
  }

  /** Returns the layers in a group and in the models among them. */
  private List<StoredLayer> layers(
      Group group, String prefix, int depth, Map<String, StoredLayer> read) throws IOException {
    if (depth > DEEPEST) {
      throw source.refused(
          group.getPath(), "models must be nested at most " + DEEPEST + " deep, got more");
    }
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
        layers.addAll(layers(inner, name + "/", depth + 2, read));
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
  private String called(Group layer) throws IOException {
    return layer.getChild("vars") instanceof Group variables
        ? text(variables.getAttribute("name"))
        : "";
  }

  private List<StoredLayer.Stored> numbered(Group variables) throws IOException {
    List<StoredLayer.Stored> stored = new ArrayList<>();
    List<String> numbers =
        variables.getChildren().keySet().stream()
            .sorted(Comparator.comparingInt(String::length).thenComparing(name -> name))
            .toList();
    for (String number : numbers) {
      stored.add(tensors.of(number, find(variables, number)));
    }
    return stored;
  }

  private static boolean listed(Group group, String attribute) {
    return group.getAttribute(attribute) != null || group.getAttribute(attribute + "0") != null;
  }

  /**
   * Returns a list of names. Keras splits a list that is too long for one attribute into numbered
   * attributes.
   */
  private List<String> names(Group group, String attribute) throws IOException {
    List<String> names = new ArrayList<>(values(group.getAttribute(attribute)));
    for (int part = 0; group.getAttribute(attribute + part) != null; part++) {
      names.addAll(values(group.getAttribute(attribute + part)));
    }
    return names;
  }

  /** Returns the names in an attribute. h5py writes an empty list as an empty array of numbers. */
  private List<String> values(@Nullable Attribute attribute) throws IOException {
    return attribute == null
            || attribute.getSize() == 0
            || !(data(attribute) instanceof String[] names)
        ? List.of()
        : List.of(names);
  }

  /** Returns the text in an attribute, or an empty string. */
  private String text(@Nullable Attribute attribute) throws IOException {
    return attribute != null && data(attribute) instanceof String text ? text : "";
  }

  private Object data(Attribute attribute) throws IOException {
    if (attribute.getSize() < 0 || attribute.getSize() > MOST_NAMES) {
      throw source.refused(
          attribute.getNode().getPath(),
          String.format(
              "the attribute %s must have at most %d values, got %d",
              attribute.getName(), MOST_NAMES, attribute.getSize()));
    }
    return attribute.getData();
  }
}
