package dev.finetune.zoo.weights;

import dev.finetune.weights.Tensor;
import dev.finetune.zoo.architecture.Definition;
import dev.finetune.zoo.internal.keras.StoredLayer;
import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import io.jhdf.api.WritableGroup;
import java.io.IOException;
import java.lang.reflect.Array;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** A writer of the HDF5 files of Keras 2, with the values of {@link MadeWeights}. */
public final class KerasWriter {

  private KerasWriter() {}

  /**
   * Writes a network as models one after the other.
   *
   * @param models the last layers of the models, by their names
   * @param shape changes the shape of a tensor of a layer
   */
  public static Path write(
      Path file,
      Definition network,
      Map<String, String> models,
      Map<String, UnaryOperator<List<Integer>>> shape)
      throws IOException {
    try (WritableHdfFile hdf = HdfFile.write(file)) {
      hdf.putAttribute("layer_names", models.keySet().toArray(String[]::new));
      List<StoredLayer> layers = new ArrayList<>(MadeWeights.keras(network.graph()));
      for (Map.Entry<String, String> model : models.entrySet()) {
        WritableGroup group = hdf.putGroup(model.getKey());
        List<String> names = new ArrayList<>();
        boolean last = false;
        while (!last) {
          StoredLayer layer = layers.remove(0);
          last = layer.name().equals(model.getValue());
          WritableGroup own = group.putGroup(layer.name());
          for (StoredLayer.Stored stored : layer.tensors()) {
            String word = stored.name().substring(stored.name().lastIndexOf('/') + 1);
            Tensor tensor = stored.tensor();
            own.putDataset(
                word,
                nested(
                    shape
                        .getOrDefault(layer.name(), UnaryOperator.identity())
                        .apply(tensor.shape()),
                    tensor.values()));
            names.add(stored.name());
          }
        }
        group.putAttribute("weight_names", names.toArray(String[]::new));
      }
    }
    return file;
  }

  /** Returns the models of a map in order: name, last layer, name, last layer. */
  public static Map<String, String> models(String... namesAndLast) {
    Map<String, String> models = new LinkedHashMap<>();
    for (int i = 0; i < namesAndLast.length; i += 2) {
      models.put(namesAndLast[i], namesAndLast[i + 1]);
    }
    return models;
  }

  private static Object nested(List<Integer> shape, float[] values) {
    int[] sizes = shape.stream().mapToInt(Integer::intValue).toArray();
    Object array = Array.newInstance(float.class, sizes);
    fill(array, sizes, 0, values, new int[1]);
    return array;
  }

  private static void fill(Object array, int[] sizes, int axis, float[] values, int[] next) {
    for (int i = 0; i < sizes[axis]; i++) {
      if (axis == sizes.length - 1) {
        Array.setFloat(array, i, values[next[0]++]);
      } else {
        fill(Array.get(array, i), sizes, axis + 1, values, next);
      }
    }
  }
}
