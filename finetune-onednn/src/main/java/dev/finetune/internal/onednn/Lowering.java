package dev.finetune.internal.onednn;

import dev.finetune.engine.EngineOptions;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.Activate;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.Add;
import dev.finetune.graph.layer.AveragePool;
import dev.finetune.graph.layer.BasicLayer;
import dev.finetune.graph.layer.BatchNorm;
import dev.finetune.graph.layer.Concat;
import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.Dense;
import dev.finetune.graph.layer.Dropout;
import dev.finetune.graph.layer.Flatten;
import dev.finetune.graph.layer.GlobalAveragePool;
import dev.finetune.graph.layer.GlobalMaxPool;
import dev.finetune.graph.layer.Input;
import dev.finetune.graph.layer.Layer;
import dev.finetune.graph.layer.LayerNorm;
import dev.finetune.graph.layer.MaxPool;
import dev.finetune.graph.layer.Multiply;
import dev.finetune.graph.layer.Padding;
import dev.finetune.graph.layer.Reshape;
import dev.finetune.graph.layer.StochasticDepth;
import dev.finetune.graph.layer.ZeroPad;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Records the forward pass of a network for one batch size and {@link Mode}, layer by layer. */
final class Lowering {

  /** The purpose of a program. */
  enum Mode {
    /** The forward pass of an inference network. */
    INFERENCE,
    /** The forward pass of a trainable network in inference mode. */
    JUDGING,
    /** The forward pass that observes the statistics of trainable batch normalisation. */
    STATISTICS,
    /** The forward pass in training mode, followed by the backward pass. */
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
   * @param trained the names of the layers that train, as {@link Fused#owner} returns them
   * @param normTraining how trainable batch normalisation gets its inference statistics
   * @param random the source of the masks of dropout and stochastic depth
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

  /** Records every layer in order, and returns them by name. */
  Map<String, Lowered> forward() {
    for (Node node : network.graph().nodes()) {
      lowered.put(node.name(), lower(node));
    }
    return lowered;
  }

  private Lowered lower(Node node) {
    return node.layer().basic().accept(new OfKind(node));
  }

  /** The recorder of one layer, which dispatches on its type. */
  private final class OfKind implements BasicLayer.Visitor<Lowered> {

    private final Node node;
    private final List<Value> inputs;
    private final String owner;
    private final boolean learns;
    private final boolean gradients;

    OfKind(Node node) {
      this.node = node;
      this.inputs = node.inputs().stream().map(Lowering.this::output).toList();
      this.owner = network.owner(node.name());
      this.learns = trained.contains(owner);
      this.gradients = mode == Mode.TRAINING && learns;
    }

    @Override
    public Lowered visit(Input layer) {
      return input(node);
    }

    @Override
    public Lowered visit(Conv2d layer) {
      return convolutions.lower(
          node, owner, inputs.get(0), borderBefore(node), gradients, activationLater(node));
    }

    @Override
    public Lowered visit(ZeroPad layer) {
      return borderLater(node, layer) ? same(inputs.get(0)) : joins.zeroPad(node, inputs.get(0));
    }

    @Override
    public Lowered visit(MaxPool layer) {
      return pools.max(node, inputs.get(0), rectifiedBefore(node), borderBefore(node));
    }

    @Override
    public Lowered visit(AveragePool layer) {
      return pools.average(node, inputs.get(0));
    }

    @Override
    public Lowered visit(GlobalAveragePool layer) {
      return pools.globalAverage(node, inputs.get(0));
    }

    @Override
    public Lowered visit(GlobalMaxPool layer) {
      return pools.globalMax(node, inputs.get(0));
    }

    @Override
    public Lowered visit(Activate layer) {
      return activations.lower(node.name(), layer.activation(), inputs.get(0));
    }

    @Override
    public Lowered visit(BatchNorm layer) {
      return norms.lower(node, owner, inputs.get(0), learns);
    }

    @Override
    public Lowered visit(LayerNorm layer) {
      return layerNorms.lower(node, owner, inputs.get(0), gradients);
    }

    @Override
    public Lowered visit(Concat layer) {
      return joins.concat(node, inputs);
    }

    @Override
    public Lowered visit(Add layer) {
      return joins.add(node, inputs);
    }

    @Override
    public Lowered visit(Multiply layer) {
      return products.multiply(node, inputs.get(0), inputs.get(1));
    }

    @Override
    public Lowered visit(Flatten layer) {
      return joins.reshape(node, inputs.get(0));
    }

    @Override
    public Lowered visit(Reshape layer) {
      return joins.reshape(node, inputs.get(0));
    }

    @Override
    public Lowered visit(Dense layer) {
      return denseLayers.lower(node, owner, inputs.get(0), gradients);
    }

    @Override
    public Lowered visit(Dropout layer) {
      return mode == Mode.TRAINING && layer.random()
          ? dropouts.lower(node, inputs.get(0))
          : same(inputs.get(0));
    }

    @Override
    public Lowered visit(StochasticDepth layer) {
      return mode == Mode.TRAINING && layer.random()
          ? products.stochasticDepth(node, inputs.get(0))
          : same(inputs.get(0));
    }
  }

  private Value output(String name) {
    return output(lowered, name);
  }

  /**
   * Returns the output of a layer.
   *
   * @throws IllegalStateException if the layer is not lowered
   */
  static Value output(Map<String, Lowered> lowered, String name) {
    Lowered before = lowered.get(name);
    if (before == null) {
      throw new IllegalStateException("Layer \"" + name + "\" is read before it is recorded");
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

  /**
   * Returns whether the backward pass of a convolution's ReLU is left to the max pooling that is
   * its only reader; see {@link Pools#max}.
   */
  private boolean activationLater(Node node) {
    return mode == Mode.TRAINING
        && node.layer() instanceof Conv2d conv
        && conv.activation() == Activation.RELU
        && network
            .graph()
            .onlyReader(node.name())
            .filter(reader -> reader.layer() instanceof MaxPool)
            .isPresent();
  }

  /** Returns the preceding zero padding that a layer takes over, or null if there is none. */
  private @Nullable ZeroPad borderBefore(Node node) {
    Node before = network.graph().node(node.inputs().get(0));
    return before.layer() instanceof ZeroPad border && borderLater(before, border) ? border : null;
  }

  /**
   * Returns whether the only reader of zero padding takes the padding over: a convolution, or a max
   * pooling of values that are never negative, for which padding with zeros changes nothing.
   */
  private boolean borderLater(Node node, ZeroPad border) {
    Layer before = network.graph().node(node.inputs().get(0)).layer();
    return network
        .graph()
        .onlyReader(node.name())
        .filter(reader -> padsItself(reader.layer(), border, rectified(before)))
        .isPresent();
  }

  private static boolean padsItself(Layer reader, ZeroPad border, boolean rectified) {
    int most =
        Math.max(Math.max(border.top(), border.bottom()), Math.max(border.left(), border.right()));
    if (reader instanceof Conv2d conv) {
      return conv.padding() == Padding.VALID
          && most < Math.min(conv.kernelHeight(), conv.kernelWidth());
    }
    return reader instanceof MaxPool pool
        && pool.padding() == Padding.VALID
        && most < pool.window()
        && rectified;
  }

  private static boolean rectified(Layer layer) {
    if (layer instanceof Conv2d conv) {
      return conv.activation() == Activation.RELU;
    }
    return layer instanceof Activate activate && activate.activation() == Activation.RELU;
  }

  private boolean rectifiedBefore(Node pool) {
    return activationLater(network.graph().node(pool.inputs().get(0)));
  }
}
