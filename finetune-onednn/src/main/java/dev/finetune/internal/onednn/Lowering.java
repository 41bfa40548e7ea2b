package dev.finetune.internal.onednn;

import dev.finetune.engine.EngineOptions;
import dev.finetune.graph.Activation;
import dev.finetune.graph.Layer;
import dev.finetune.graph.Node;
import dev.finetune.graph.Padding;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Records the forward pass of a network for one batch size, layer by layer. */
final class Lowering {

  /** What the program is for. */
  enum Mode {
    /** A network that only computes. */
    INFERENCE,
    /** The network that trains, asked what it would say. */
    JUDGING,
    /** Forward, to see what trained batch normalisation reads. */
    STATISTICS,
    /** Forward, backward. */
    TRAINING
  }

  private final Fused network;
  private final Set<String> trained;
  private final Recorder recorder;
  private final int batch;
  private final Mode mode;
  private final Convolutions convolutions;
  private final Pools pools;
  private final DenseLayers denseLayers;
  private final Norms norms;
  private final LayerNorms layerNorms;
  private final Products products;
  private final Activations activations;
  private final Joins joins;
  private final Dropouts dropouts;
  private final Map<String, Lowered> lowered = new LinkedHashMap<>();

  /**
   * @param trained layers whose parameters get gradients, by the names that own the parameters
   * @param normTraining what trained batch normalisation does about statistics
   * @param random of a step's dropout
   */
  Lowering(
      Fused network,
      Set<String> trained,
      ParameterStore parameters,
      Recorder recorder,
      int batch,
      Mode mode,
      NormTraining normTraining,
      EngineOptions options,
      StepRandom random) {
    this.network = network;
    this.trained = trained;
    this.recorder = recorder;
    this.batch = batch;
    this.mode = mode;
    boolean training = mode == Mode.TRAINING;
    this.pools = new Pools(recorder, training, batch);
    this.joins = new Joins(recorder, batch);
    this.convolutions = new Convolutions(recorder, parameters, mode, options.winograd(), batch);
    this.denseLayers = new DenseLayers(recorder, parameters, training, batch);
    this.norms = new Norms(recorder, parameters, mode, normTraining, batch);
    this.layerNorms = new LayerNorms(recorder, parameters, training, batch);
    this.activations = new Activations(recorder, training);
    this.dropouts = new Dropouts(recorder, joins, batch, random);
    this.products = new Products(recorder, joins, pools, batch, random);
  }

  /** Records every layer, in order; gives them by name. */
  Map<String, Lowered> forward() {
    for (Node node : network.graph().nodes()) {
      lowered.put(node.name(), lower(node));
    }
    return lowered;
  }

  private Lowered lower(Node node) {
    List<Value> inputs = node.inputs().stream().map(this::output).toList();
    String owner = network.owner(node.name());
    boolean learns = trained.contains(owner);
    boolean gradients = mode == Mode.TRAINING && learns;
    Layer layer = node.layer();
    if (layer instanceof Layer.Input) {
      return input(node);
    } else if (layer instanceof Layer.Conv2d) {
      return convolutions.lower(
          node, owner, inputs.get(0), borderBefore(node), gradients, activationLater(node));
    } else if (layer instanceof Layer.ZeroPad) {
      return borderLater(node) ? same(inputs.get(0)) : joins.zeroPad(node, inputs.get(0));
    } else if (layer instanceof Layer.MaxPool) {
      return pools.max(node, inputs.get(0), rectifiedBefore(node), borderBefore(node));
    } else if (layer instanceof Layer.AveragePool) {
      return pools.average(node, inputs.get(0));
    } else if (layer instanceof Layer.GlobalAveragePool) {
      return pools.globalAverage(node, inputs.get(0));
    } else if (layer instanceof Layer.GlobalMaxPool) {
      return pools.globalMax(node, inputs.get(0));
    } else if (layer instanceof Layer.Activate activate) {
      return activations.lower(node.name(), activate.activation(), inputs.get(0));
    } else if (layer instanceof Layer.BatchNorm) {
      return norms.lower(node, owner, inputs.get(0), learns);
    } else if (layer instanceof Layer.LayerNorm) {
      return layerNorms.lower(node, owner, inputs.get(0), gradients);
    } else if (layer instanceof Layer.Concat) {
      return joins.concat(node, inputs);
    } else if (layer instanceof Layer.Add) {
      return joins.add(node, inputs);
    } else if (layer instanceof Layer.Multiply) {
      return products.multiply(node, inputs.get(0), inputs.get(1));
    } else if (layer instanceof Layer.Flatten || layer instanceof Layer.Reshape) {
      return joins.reshape(node, inputs.get(0));
    } else if (layer instanceof Layer.Dense) {
      return denseLayers.lower(node, owner, inputs.get(0), gradients);
    } else if (layer instanceof Layer.Dropout dropout) {
      return mode == Mode.TRAINING && dropout.rate() > 0
          ? dropouts.lower(node, inputs.get(0))
          : same(inputs.get(0));
    } else if (layer instanceof Layer.StochasticDepth depth) {
      return mode == Mode.TRAINING && depth.rate() > 0
          ? products.stochasticDepth(node, inputs.get(0))
          : same(inputs.get(0));
    }
    throw new IllegalStateException("The engine has no " + layer.kind());
  }

  private Value output(String name) {
    Lowered before = lowered.get(name);
    if (before == null) {
      throw new IllegalStateException(name + " is read before it is computed");
    }
    return before.output();
  }

  private Lowered input(Node node) {
    Value value = recorder.value(Layouts.plain(node.output(), batch), node.output());
    value.slot().pin();
    return new Lowered(value.asShared(), (gradient, wanted) -> List.of());
  }

  private static Lowered same(Value input) {
    return new Lowered(input.asShared(), (gradient, wanted) -> List.of(gradient));
  }

  /** Whether the one reader of a rectified convolution is a maximum, which takes over. */
  private boolean activationLater(Node node) {
    return mode == Mode.TRAINING
        && node.layer() instanceof Layer.Conv2d conv
        && conv.activation() == Activation.RELU
        && network
            .graph()
            .onlyReader(node.name())
            .filter(reader -> reader.layer() instanceof Layer.MaxPool)
            .isPresent();
  }

  /** The zeros before a window that pads by itself. */
  private Layer.@Nullable ZeroPad borderBefore(Node node) {
    Node before = network.graph().node(node.inputs().get(0));
    return before.layer() instanceof Layer.ZeroPad border && borderLater(before) ? border : null;
  }

  /**
   * Whether the one reader of padding can do it itself: a convolution, or a maximum over values
   * that are nowhere less than the zeros around them.
   */
  private boolean borderLater(Node node) {
    Layer.ZeroPad border = (Layer.ZeroPad) node.layer();
    Layer before = network.graph().node(node.inputs().get(0)).layer();
    return network
        .graph()
        .onlyReader(node.name())
        .filter(reader -> padsItself(reader.layer(), border, rectified(before)))
        .isPresent();
  }

  private static boolean padsItself(Layer reader, Layer.ZeroPad border, boolean rectified) {
    int most =
        Math.max(Math.max(border.top(), border.bottom()), Math.max(border.left(), border.right()));
    if (reader instanceof Layer.Conv2d conv) {
      return conv.padding() == Padding.VALID
          && most < Math.min(conv.kernelHeight(), conv.kernelWidth());
    }
    return reader instanceof Layer.MaxPool pool
        && pool.padding() == Padding.VALID
        && most < pool.window()
        && rectified;
  }

  private static boolean rectified(Layer layer) {
    if (layer instanceof Layer.Conv2d conv) {
      return conv.activation() == Activation.RELU;
    }
    return layer instanceof Layer.Activate activate && activate.activation() == Activation.RELU;
  }

  private boolean rectifiedBefore(Node pool) {
    return activationLater(network.graph().node(pool.inputs().get(0)));
  }
}
