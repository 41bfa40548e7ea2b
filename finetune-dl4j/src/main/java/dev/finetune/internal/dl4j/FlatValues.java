package dev.finetune.internal.dl4j;

import dev.finetune.engine.NormPolicy;
import dev.finetune.engine.Parameter;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.BatchNorm;
import dev.finetune.graph.layer.ParameterSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A copy of a training graph's parameters in the heap, in the order of the graph's flat parameter
 * array. ND4J's memory may be on a GPU, so all values are transferred at once, once per step.
 */
final class FlatValues {

  /** A range of values. */
  private record Stretch(int from, int length) {}

  private final ComputationGraph graph;
  private final List<Parameter> parameters = new ArrayList<>();
  private final List<Stretch> moving = new ArrayList<>();
  private float[] values;
  private float[] gradients = {};
  private volatile boolean changed; // by the threads that change values
  private volatile boolean closed;

  /**
   * Copies the values of a graph.
   *
   * @param frozen the names of the layers that do not train
   */
  FlatValues(ComputationGraph graph, LayerGraph layers, Set<String> frozen, NormPolicy norms) {
    this.graph = graph;
    for (Node node : layers.nodes()) {
      if (frozen.contains(node.name())) {
        continue;
      }
      boolean moves =
          node.layer() instanceof BatchNorm norm
              && !norms.keeps(node.name())
              && norms.momentum(norm).isPresent();
      for (ParameterSpec spec : node.parameters()) {
        Stretch stretch = new Stretch(offset(node, spec), Math.toIntExact(spec.count()));
        if (spec.role().learned()) {
          parameters.add(new Of(node.name(), spec, stretch.from()));
        } else if (moves) {
          moving.add(stretch);
        }
      }
    }
    this.values = all(graph.params());
  }

  /**
   * Checks that the graph is open.
   *
   * @throws IllegalStateException if it is closed
   */
  void requireOpen() {
    if (closed) {
      throw new IllegalStateException("The network is closed");
    }
  }

  /** Marks the graph as closed. */
  void close() {
    closed = true;
  }

  private int offset(Node node, ParameterSpec spec) {
    INDArray parameter = graph.getLayer(node.name()).getParam(Parameters.key(spec.role()));
    return Math.toIntExact(parameter.offset() - graph.params().offset());
  }

  private static float[] all(INDArray flat) {
    return flat.dup('c').data().asFloat();
  }

  List<Parameter> parameters() {
    return List.copyOf(parameters);
  }

  /**
   * Copies the gradients from the graph, and updates the running statistics: their "gradients" in
   * Deeplearning4j are the amounts to subtract.
   */
  void backward() {
    gradients = all(graph.getFlattenedGradients());
    for (Stretch stretch : moving) {
      for (int i = stretch.from(); i < stretch.from() + stretch.length(); i++) {
        values[i] -= gradients[i];
      }
      changed = true;
    }
  }

  /** Copies the values to the graph if they have changed. */
  void flush() {
    if (changed) {
      changed = false;
      INDArray flat = graph.params();
      flat.assign(Nd4j.createFromArray(values).reshape(flat.shape()));
    }
  }

  /** Copies the values from the graph. */
  void reload() {
    changed = false;
    values = all(graph.params());
  }

  /** A parameter, whose values begin at an offset in the array. */
  private final class Of implements Parameter {
    private final String layer;
    private final ParameterSpec spec;
    private final int offset;

    Of(String layer, ParameterSpec spec, int offset) {
      this.layer = layer;
      this.spec = spec;
      this.offset = offset;
    }

    @Override
    public String layer() {
      return layer;
    }

    @Override
    public ParameterSpec spec() {
      return spec;
    }

    @Override
    public void read(int from, float[] into, int length) {
      requireOpen();
      System.arraycopy(values, offset + from, into, 0, length);
    }

    @Override
    public void write(int from, float[] written, int length) {
      requireOpen();
      System.arraycopy(written, 0, values, offset + from, length);
      changed = true;
    }

    @Override
    public void gradient(int from, float[] into, int length) {
      requireOpen();
      System.arraycopy(gradients, offset + from, into, 0, length);
    }
  }
}
