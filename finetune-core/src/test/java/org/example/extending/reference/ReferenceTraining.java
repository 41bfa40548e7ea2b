package org.example.extending.reference;

import com.google.common.collect.HashBasedTable;
import com.google.common.collect.Table;
import dev.finetune.engine.Batch;
import dev.finetune.engine.NormPolicy;
import dev.finetune.engine.ObservedStatistics;
import dev.finetune.engine.Parameter;
import dev.finetune.engine.TrainableNetwork;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.BatchNorm;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.graph.layer.ParameterSpec;
import dev.finetune.weights.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** A network that trains. */
final class ReferenceTraining implements TrainableNetwork {

  private final LayerGraph graph;
  private final Set<String> frozen;
  private final Values values;
  private final NormPolicy norms;
  private final ObservedStatistics observed = new ObservedStatistics();
  private Table<String, ParameterRole, float[]> gradients = HashBasedTable.create();

  ReferenceTraining(LayerGraph graph, Set<String> frozen, Values values, NormPolicy norms) {
    this.graph = graph;
    this.frozen = Set.copyOf(frozen);
    this.values = values;
    this.norms = norms;
  }

  private Set<String> trainedNorms(Predicate<String> chosen) {
    return graph.nodes().stream()
        .filter(n -> n.layer() instanceof BatchNorm && !frozen.contains(n.name()))
        .map(Node::name)
        .filter(chosen)
        .collect(Collectors.toSet());
  }

  @Override
  public void differentiate(Batch batch, long seed, UnaryOperator<float[][]> gradientOf) {
    values.requireOpen();
    ObservedStatistics statistics = new ObservedStatistics();
    Set<String> byBatch = trainedNorms(name -> !norms.keeps(name));
    Pass pass =
        new Pass(
            graph,
            values,
            batch,
            new Mode(OptionalLong.of(seed), byBatch, Optional.of(statistics)));
    String logits = graph.outputs().get(0);
    gradients = pass.gradients(logits, gradientOf.apply(pass.values(logits)));
    if (!byBatch.isEmpty()) {
      statistics.settle(this::move);
    }
  }

  private void move(String layer, float[] mean, float[] variance) {
    norms
        .momentum((BatchNorm) graph.node(layer).layer())
        .ifPresent(
            kept -> {
              move(values.of(layer, ParameterRole.MOVING_MEAN), mean, kept);
              move(values.of(layer, ParameterRole.MOVING_VARIANCE), variance, kept);
            });
  }

  private static void move(float[] stored, float[] seen, double kept) {
    for (int i = 0; i < stored.length; i++) {
      stored[i] = (float) (kept * stored[i] + (1 - kept) * seen[i]);
    }
  }

  @Override
  public List<Parameter> parameters() {
    List<Parameter> parameters = new ArrayList<>();
    for (Node node : graph.nodes()) {
      for (ParameterSpec spec : node.parameters()) {
        if (spec.role().learned() && !frozen.contains(node.name())) {
          parameters.add(new Trained(node.name(), spec));
        }
      }
    }
    return parameters;
  }

  @Override
  public float[][] logits(Batch batch) {
    values.requireOpen();
    return new Pass(graph, values, batch, Mode.INFERENCE).values(graph.outputs().get(0));
  }

  @Override
  public boolean recomputesStatistics() {
    return !trainedNorms(norms::recomputes).isEmpty();
  }

  @Override
  public void observe(Batch batch) {
    values.requireOpen();
    Mode mode =
        new Mode(OptionalLong.empty(), trainedNorms(norms::recomputes), Optional.of(observed));
    new Pass(graph, values, batch, mode);
  }

  @Override
  public void settle() {
    values.requireOpen();
    observed.settle(
        (layer, mean, variance) -> {
          move(values.of(layer, ParameterRole.MOVING_MEAN), mean, 0);
          move(values.of(layer, ParameterRole.MOVING_VARIANCE), variance, 0);
        });
  }

  @Override
  public Weights weights() {
    return values.weights();
  }

  @Override
  public void restore(Weights weights) {
    values.set(weights);
  }

  @Override
  public boolean finite() {
    return values.weights().nonFinite().isEmpty();
  }

  /** All is in the heap. */
  @Override
  public long bytes(int batch) {
    values.requireOpen();
    return 0;
  }

  @Override
  public void close() {
    values.close();
  }

  /** A tensor, in the layout of its role. */
  private final class Trained implements Parameter {
    private final String layer;
    private final ParameterSpec spec;

    Trained(String layer, ParameterSpec spec) {
      this.layer = layer;
      this.spec = spec;
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
      System.arraycopy(values.of(layer, spec.role()), from, into, 0, length);
    }

    @Override
    public void write(int from, float[] written, int length) {
      System.arraycopy(written, 0, values.of(layer, spec.role()), from, length);
    }

    @Override
    public void gradient(int from, float[] into, int length) {
      values.requireOpen();
      System.arraycopy(gradients.get(layer, spec.role()), from, into, 0, length);
    }
  }
}
