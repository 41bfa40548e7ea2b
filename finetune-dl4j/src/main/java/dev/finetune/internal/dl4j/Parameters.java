package dev.finetune.internal.dl4j;

import com.google.common.collect.HashBasedTable;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Table;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.graph.layer.ParameterSpec;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.Weights;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Methods that copy parameters between {@link Weights} and a Deeplearning4j graph. */
final class Parameters {

  private static final ImmutableMap<ParameterRole, String> KEYS =
      ImmutableMap.of(
          ParameterRole.KERNEL, DefaultParamInitializer.WEIGHT_KEY,
          ParameterRole.BIAS, DefaultParamInitializer.BIAS_KEY,
          ParameterRole.GAMMA, BatchNormalizationParamInitializer.GAMMA,
          ParameterRole.BETA, BatchNormalizationParamInitializer.BETA,
          ParameterRole.MOVING_MEAN, BatchNormalizationParamInitializer.GLOBAL_MEAN,
          ParameterRole.MOVING_VARIANCE, BatchNormalizationParamInitializer.GLOBAL_VAR);

  private Parameters() {}

  /** Returns Deeplearning4j's key for parameters of a role. */
  static String key(ParameterRole role) {
    String key = KEYS.get(role);
    if (key == null) {
      throw new IllegalStateException("role must be one that Deeplearning4j has, got " + role);
    }
    return key;
  }

  /** Copies weights into a network. */
  static void set(ComputationGraph network, LayerGraph graph, Weights weights) {
    for (Node node : graph.nodes()) {
      for (ParameterSpec spec : node.parameters()) {
        Tensor tensor = weights.tensor(node.name(), spec);
        INDArray target = parameter(network, node, spec);
        float[] values = Kernels.toDl4j(node, spec, tensor);
        checkLength(target, values.length, node, spec);
        target.assign(Nd4j.createFromArray(values).reshape('c', target.shape()));
      }
    }
  }

  /** Returns copies of a network's parameters. */
  static Weights get(ComputationGraph network, LayerGraph graph) {
    Table<String, ParameterRole, Tensor> tensors = HashBasedTable.create();
    for (Node node : graph.nodes()) {
      for (ParameterSpec spec : node.parameters()) {
        float[] values = parameter(network, node, spec).dup('c').data().asFloat();
        tensors.put(node.name(), spec.role(), Kernels.fromDl4j(node, spec, values));
      }
    }
    return Weights.of(tensors);
  }

  private static INDArray parameter(ComputationGraph network, Node node, ParameterSpec spec) {
    return network.getLayer(node.name()).getParam(key(spec.role()));
  }

  private static void checkLength(INDArray array, int expected, Node node, ParameterSpec spec) {
    if (array.length() != expected) {
      throw new IllegalStateException(
          "Layer \""
              + node.name()
              + "\" must have "
              + expected
              + " values for "
              + spec
              + ", got "
              + array.length()
              + " in Deeplearning4j");
    }
  }
}
