package dev.finetune.testing;

import com.google.common.collect.HashBasedTable;
import com.google.common.collect.Table;
import dev.finetune.engine.Batch;
import dev.finetune.engine.Engine;
import dev.finetune.engine.EngineOptions;
import dev.finetune.engine.InferenceNetwork;
import dev.finetune.engine.NormPolicy;
import dev.finetune.engine.TrainableNetwork;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.graph.layer.ParameterSpec;
import dev.finetune.testing.reference.DoubleWeights;
import dev.finetune.testing.reference.Reference;
import dev.finetune.weights.RandomWeights;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * A network on which an engine is tested.
 *
 * @param graph the layers, basic ones only
 * @param frozen the names of the layers that are frozen in training
 * @param weights the weights of all layers. No value is neutral, such as a gamma of 1.
 */
public record EngineCase(LayerGraph graph, Set<String> frozen, Weights weights) {

  /** Creates a case with random weights from a seed. */
  public static EngineCase of(LayerGraph graph, Set<String> frozen, long seed) {
    return new EngineCase(graph, frozen, weights(graph, seed));
  }

  /** Creates a case without frozen layers. */
  public static EngineCase of(LayerGraph graph) {
    return of(graph, Set.of(), 1);
  }

  /**
   * Returns random weights from a seed: kernels with the initial distribution of training, factors
   * and variances in [0.5, 1.5), and all other values in [-0.5, 0.5).
   */
  public static Weights weights(LayerGraph graph, long seed) {
    Weights kernels = RandomWeights.glorot(graph, seed);
    Table<String, ParameterRole, Tensor> others = HashBasedTable.create();
    for (Node node : graph.nodes()) {
      for (ParameterSpec spec : node.parameters()) {
        if (spec.role() != ParameterRole.KERNEL) {
          others.put(node.name(), spec.role(), values(node.name(), spec, seed));
        }
      }
    }
    return kernels.plus(Weights.of(others));
  }

  private static Tensor values(String layer, ParameterSpec spec, long seed) {
    SplittableRandom random =
        new SplittableRandom(seed + 31L * layer.hashCode() + spec.role().name().hashCode());
    boolean factor =
        spec.role() == ParameterRole.GAMMA || spec.role() == ParameterRole.MOVING_VARIANCE;
    float[] values = new float[Math.toIntExact(spec.count())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) ((factor ? 1 : 0) + random.nextDouble(-0.5, 0.5));
    }
    return Tensor.of(spec.shape(), values);
  }

  /** Returns a batch of examples with values in [-1, 1) for each input. */
  public Batch batch(int size) {
    List<float[][]> examples = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      float[][] example = new float[graph.inputs().size()][];
      for (int k = 0; k < example.length; k++) {
        example[k] = noise(graph.inputs().get(k).output().size(), 17L * i + k);
      }
      examples.add(example);
    }
    return Batch.of(examples);
  }

  /** Returns random values in [-1, 1) from a seed. */
  static float[] noise(int length, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    return values;
  }

  /** Returns a gradient of the loss for each logit of each example. */
  float[][] factors(int batch) {
    float[][] factors = new float[batch][];
    for (int i = 0; i < batch; i++) {
      factors[i] = noise(graph.outputShape().size(), 1001L + i);
    }
    return factors;
  }

  /** Creates the network for inference. */
  InferenceNetwork inference(Engine engine, EngineOptions options) {
    return engine.inference(graph, weights, options);
  }

  /** Creates the network for training; statistics move with the momentum of each layer. */
  TrainableNetwork training(Engine engine, EngineOptions options) {
    return training(engine, NormPolicy.ownMomentum(), options);
  }

  /** Creates the network for training. */
  TrainableNetwork training(Engine engine, NormPolicy norms, EngineOptions options) {
    return engine.training(graph, frozen, weights, norms, options);
  }

  /** Returns the reference that computes the expected values of inference. */
  Reference reference() {
    return Reference.inference(graph, DoubleWeights.of(weights));
  }
}
