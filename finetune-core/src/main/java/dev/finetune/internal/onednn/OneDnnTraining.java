package dev.finetune.internal.onednn;

import dev.finetune.engine.EngineOptions;
import dev.finetune.graph.Layer;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.internal.network.Batch;
import dev.finetune.internal.network.Expansion;
import dev.finetune.internal.network.NormPolicy;
import dev.finetune.internal.network.ParameterUpdater;
import dev.finetune.internal.network.TrainableNetwork;
import dev.finetune.internal.threads.OpenMp;
import dev.finetune.weights.Weights;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A network that trains, as programs of primitives: one for each batch size that comes. */
public final class OneDnnTraining implements TrainableNetwork {

  /** Makes what updates the trained values. */
  @FunctionalInterface
  public interface UpdaterOf {
    /**
     * Returns memory for values and gradients, and what updates the ones by the others.
     *
     * @param values how many there are
     * @param shards for how many gradients each
     */
    ParameterUpdater make(long values, int shards);
  }

  /** A program with its inputs and its output. */
  private record Compiled(Program program, List<Value> inputs, Value logits) {}

  private final Expansion expansion;
  private final LayerGraph layers;
  private final EngineOptions options;
  private final Set<String> trained;
  private final ParameterStore parameters;
  private final ParameterUpdater updater;
  private final Arena arena = new Arena();
  private final List<TrainingShard> shards = new ArrayList<>();
  private final Map<Integer, Compiled> judges = new HashMap<>();
  private final Map<Integer, Compiled> observers = new HashMap<>();
  private final NormTraining norms;
  private @Nullable OperationTimes times;

  /**
   * @param layers ends in one output, the logits
   * @param frozen layers of it that keep their values
   * @param norms where trained batch normalisation has its statistics from
   * @param options how many threads compute, with which algorithms
   * @param updaters makes what updates that many values
   */
  public OneDnnTraining(
      LayerGraph layers,
      Set<String> frozen,
      Weights weights,
      NormPolicy norms,
      EngineOptions options,
      UpdaterOf updaters) {
    this.norms = new NormTraining(norms);
    this.expansion = Expansion.of(layers);
    this.layers = expansion.graph();
    this.options = options;
    Set<String> constant = expansion.frozen(frozen);
    this.trained =
        this.layers.nodes().stream()
            .filter(n -> n.learnedParameterCount() > 0 && !constant.contains(n.name()))
            .map(Node::name)
            .collect(Collectors.toUnmodifiableSet());
    int count = splits(norms) ? Shards.count(options.threads()) : 1;
    this.updater = updaters.make(ParameterStore.trainedValues(this.layers, trained), count);
    this.parameters =
        ParameterStore.trained(this.layers, trained, expansion.expand(weights), updater);
    EngineOptions each = options.threads(options.threads() / count);
    for (int i = 0; i < count; i++) {
      shards.add(
          new TrainingShard(
              this.layers, trained, parameters, updater.gradients(i), this.norms, each));
    }
  }

  /**
   * Whether a batch is computed in shards: where threads can be given out, examples do not depend
   * on each other, and the work is more than reading parameters, which shards would do once each.
   */
  private boolean splits(NormPolicy policy) {
    return OpenMp.settable()
        && layers.nodes().stream().anyMatch(n -> n.layer() instanceof Layer.Conv2d)
        && layers.nodes().stream().noneMatch(n -> normalisesByBatch(n, policy));
  }

  private boolean normalisesByBatch(Node node, NormPolicy policy) {
    return node.layer() instanceof Layer.BatchNorm
        && trained.contains(node.name())
        && !policy.keeps(node.name());
  }

  @Override
  public Step step(Batch batch, int[] labels, long seed) {
    List<Integer> bounds = prepare(batch.size());
    int parts = bounds.size() - 1;
    OpenMp.runWithThreads(options.threads(), parameters::refresh);
    List<Step> results =
        IntStream.range(0, parts)
            .parallel()
            .mapToObj(
                i ->
                    shards
                        .get(i)
                        .compute(batch, labels, bounds.get(i), bounds.get(i + 1), seed, times))
            .toList();
    updater.update(parts);
    parameters.changed();
    return new Step(
        results.stream().mapToDouble(Step::loss).reduce(0, Double::sum),
        results.stream().mapToInt(Step::correct).sum());
  }

  /** Compiles, one shard after the other as they share the parameters' copies. */
  private List<Integer> prepare(int batch) {
    List<Integer> bounds = Shards.bounds(batch, shards.size());
    for (int i = 0; i + 1 < bounds.size(); i++) {
      shards.get(i).prepare(bounds.get(i + 1) - bounds.get(i));
    }
    return bounds;
  }

  @Override
  public float[][] logits(Batch batch) {
    return OpenMp.withThreads(options.threads(), () -> judge(batch));
  }

  private float[][] judge(Batch batch) {
    Compiled compiled = judges.computeIfAbsent(batch.size(), this::compileJudge);
    run(compiled, batch);
    return Ports.read(compiled.logits(), batch.size(), arena);
  }

  @Override
  public boolean recomputesStatistics() {
    return layers.nodes().stream()
        .anyMatch(
            n ->
                n.layer() instanceof Layer.BatchNorm
                    && trained.contains(n.name())
                    && norms.policy().recomputes(n.name()));
  }

  @Override
  public void observe(Batch batch) {
    OpenMp.runWithThreads(
        options.threads(),
        () -> run(observers.computeIfAbsent(batch.size(), this::compileObserver), batch));
  }

  @Override
  public void settle() {
    norms.settle(parameters);
  }

  private void run(Compiled compiled, Batch batch) {
    parameters.refresh();
    compiled.program().prepare(arena);
    Ports.write(batch, compiled.inputs(), arena);
    compiled.program().run(arena, times);
  }

  @Override
  public Weights weights() {
    return expansion.contract(parameters.weights());
  }

  @Override
  public boolean finite() {
    return parameters.finite();
  }

  /** Measures every operation from now on. */
  public void measure(OperationTimes into) {
    times = into;
  }

  @Override
  public long bytes(int batch) {
    List<Integer> bounds = Shards.bounds(batch, shards.size());
    long arenas = 0;
    for (int i = 0; i + 1 < bounds.size(); i++) {
      arenas += shards.get(i).prepare(bounds.get(i + 1) - bounds.get(i));
    }
    return updater.bytes() + parameters.bytes() + arenas;
  }

  @Override
  public void close() {
    shards.forEach(TrainingShard::close);
    arena.close();
    parameters.close();
    updater.close();
  }

  private Compiled compileJudge(int batch) {
    return compileForward(batch, Lowering.Mode.JUDGING);
  }

  private Compiled compileObserver(int batch) {
    return compileForward(batch, Lowering.Mode.STATISTICS);
  }

  private Compiled compileForward(int batch, Lowering.Mode mode) {
    Fused network = Fused.of(layers, Activations::fusesInInference);
    Recorder recorder = new Recorder();
    Map<String, Lowered> lowered =
        new Lowering(
                network,
                trained,
                parameters,
                recorder,
                batch,
                mode,
                norms,
                options,
                new StepRandom())
            .forward();
    Value logits = plainOutput(recorder, lowered, network.graph().outputs().get(0), batch);
    logits.slot().pin();
    return new Compiled(recorder.program(), inputs(lowered), logits);
  }

  private List<Value> inputs(Map<String, Lowered> lowered) {
    return layers.inputs().stream().map(n -> lowered.get(n.name()).output()).toList();
  }

  static Value plainOutput(
      Recorder recorder, Map<String, Lowered> lowered, String name, int batch) {
    Value value = lowered.get(name).output();
    return recorder.reorder(name, value, Layouts.plain(value.shape(), batch));
  }
}
