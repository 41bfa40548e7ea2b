package dev.finetune.zoo.weights;

import com.google.common.collect.Table;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.Normalize;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.graph.layer.ParameterSpec;
import dev.finetune.graph.layer.Scale;
import dev.finetune.graph.layer.SeparableConv2d;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.Weights;
import dev.finetune.zoo.architecture.Definition;
import dev.finetune.zoo.architecture.Dialect;
import dev.finetune.zoo.internal.keras.StoredLayer;
import dev.finetune.zoo.internal.keras.StoredModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;

/**
 * The weights of src/test/python/make_zoo_goldens.py. Every tensor is made with the name and layout
 * of its publisher's files and converted by the code that reads files.
 */
final class MadeWeights {

  private MadeWeights() {}

  static Weights of(Definition network, Dialect dialect) {
    return Weights.of(
        dialect.keras()
            ? read(network, StoredModel.whole(false, keras(network.graph()), List.of()))
            : TorchNames.assign(torch(network), TorchNames.of(network)));
  }

  /** Reads the tensors of a network from a model that fits it. */
  static Table<String, ParameterRole, Tensor> read(Definition network, StoredModel model) {
    KerasLayers layers = new KerasLayers(List.of(network));
    try {
      return layers.fitting(List.of(model)).get(0).read(network.graph().names(), "made");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<StoredLayer> keras(LayerGraph graph) {
    List<StoredLayer> layers = new ArrayList<>();
    for (Node node : graph.nodes()) {
      List<StoredLayer.Stored> tensors = new ArrayList<>();
      for (ParameterSpec spec : node.parameters()) {
        String name = node.name() + "/" + kerasName(node, spec.role());
        tensors.add(StoredLayer.Stored.of(name + ":0", values(name, spec, kerasShape(node, spec))));
      }
      if (!tensors.isEmpty()) {
        layers.add(StoredLayer.named(node.name(), tensors));
      }
    }
    return layers;
  }

  private static String kerasName(Node node, ParameterRole role) {
    return switch (role) {
      case KERNEL ->
          depthwise(node)
              ? "depthwise_kernel"
              : node.layer() instanceof SeparableConv2d ? "pointwise_kernel" : "kernel";
      case DEPTHWISE_KERNEL -> "depthwise_kernel";
      case MOVING_MEAN -> node.layer() instanceof Normalize ? "mean" : "moving_mean";
      case MOVING_VARIANCE -> node.layer() instanceof Normalize ? "variance" : "moving_variance";
      case BIAS -> "bias";
      case GAMMA -> "gamma";
      case BETA -> "beta";
      case COUNT -> "count";
    };
  }

  /**
   * Returns whether Keras uses its depthwise class; ConvNeXt uses ordinary convolutions with
   * groups.
   */
  private static boolean depthwise(Node node) {
    return node.layer() instanceof Conv2d conv && conv.groups() > 1 && !conv.bias();
  }

  private static List<Integer> kerasShape(Node node, ParameterSpec spec) {
    List<Integer> shape = spec.shape();
    if (spec.role() == ParameterRole.COUNT) {
      return List.of();
    } else if (shape.size() != 4) {
      return shape;
    } else if (spec.role() == ParameterRole.DEPTHWISE_KERNEL || depthwise(node)) {
      return List.of(shape.get(2), shape.get(3), shape.get(0), 1);
    } else if (node.name().contains("pointwise_conv")) {
      return List.of(shape.get(1), shape.get(0)); // a dense layer in Keras' ConvNeXt
    }
    return List.of(shape.get(2), shape.get(3), shape.get(1), shape.get(0));
  }

  static Map<String, Tensor> torch(Definition network) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    Set<String> done = new HashSet<>();
    for (Map.Entry<String, String> entry : network.tensorNames().entrySet()) {
      // Where there are also older names, the current one is first.
      if (done.add(entry.getValue())) {
        Node node = network.graph().node(entry.getValue());
        for (ParameterSpec spec : node.parameters()) {
          String name = torchName(entry.getKey(), node, spec.role());
          tensors.put(name, values(name, spec, torchShape(node, spec)));
        }
      }
    }
    return tensors;
  }

  static String torchName(String prefix, Node node, ParameterRole role) {
    if (node.layer() instanceof Scale) {
      return prefix;
    }
    return prefix
        + switch (role) {
          case KERNEL, GAMMA -> ".weight";
          case BIAS, BETA -> ".bias";
          case MOVING_MEAN -> ".running_mean";
          case MOVING_VARIANCE -> ".running_var";
          case DEPTHWISE_KERNEL, COUNT ->
              throw new IllegalStateException("role must exist in PyTorch, got " + role);
        };
  }

  private static List<Integer> torchShape(Node node, ParameterSpec spec) {
    List<Integer> shape = spec.shape();
    if (shape.size() == 2) {
      return List.of(shape.get(1), shape.get(0));
    } else if (shape.size() == 4 && node.name().contains("pointwise_conv")) {
      return List.of(shape.get(0), shape.get(1)); // a dense layer in torchvision's ConvNeXt
    } else if (node.layer() instanceof Scale) {
      return List.of(shape.get(0), 1, 1);
    }
    return shape;
  }

  /**
   * Makes the values of the script's function of the same name. The fan is the number of inputs of
   * an output.
   */
  private static Tensor values(String name, ParameterSpec spec, List<Integer> shape) {
    CRC32 crc = new CRC32();
    crc.update(name.getBytes(StandardCharsets.UTF_8));
    float[] values = new float[Math.toIntExact(spec.count())];
    double limit = Math.sqrt(6.0 / fan(spec));
    for (int i = 0; i < values.length; i++) {
      double u = uniform(crc.getValue(), i + 1);
      values[i] =
          (float)
              switch (spec.role()) {
                case KERNEL, DEPTHWISE_KERNEL -> (2 * u - 1) * limit;
                case GAMMA, MOVING_VARIANCE -> 0.5 + u;
                default -> 0.4 * u - 0.2;
              };
    }
    return Tensor.of(shape, values);
  }

  private static long fan(ParameterSpec spec) {
    return spec.shape().size() == 2 ? spec.shape().get(0) : spec.count() / spec.shape().get(0);
  }

  /** Returns the {@code count}-th number in [0, 1) of SplitMix64. */
  private static double uniform(long seed, int count) {
    long z = seed + count * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    z = z ^ (z >>> 31);
    return (z >>> 11) * 0x1p-53;
  }
}
