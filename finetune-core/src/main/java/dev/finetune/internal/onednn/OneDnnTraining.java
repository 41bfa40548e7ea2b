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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import org.bytedeco.javacpp.FloatPointer;
import org.jspecify.annotations.Nullable;

/** A network that trains, as programs of primitives: one for each batch size that comes. */
public final class OneDnnTraining implements TrainableNetwork {

  /** What differs from step to step. */
  private static final class Current {
    private int[] labels = {};
    private long seed;
    private @Nullable Step result;
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
  private final Current current = new Current();
  private final Map<Integer, Compiled> steps = new HashMap<>();
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
      LongFunction<ParameterUpdater> updaters) {
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
    this.updater = updaters.apply(ParameterStore.trainedValues(this.layers, trained));
    this.parameters =
        ParameterStore.trained(this.layers, trained, expansion.expand(weights), updater);
  }

  @Override
  public Step step(Batch batch, int[] labels, long seed) {
    return OpenMp.withThreads(options.threads(), () -> compute(batch, labels, seed));
  }

  private Step compute(Batch batch, int[] labels, long seed) {
    Compiled compiled = steps.computeIfAbsent(batch.size(), this::compileStep);
    current.labels = labels;
    current.seed = seed;
    run(compiled, batch);
    updater.update();
    parameters.changed();
    Step result = current.result;
    if (result == null) {
      throw new IllegalStateException("The step gave no loss");
    }
    return result;
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
    run(observers.computeIfAbsent(batch.size(), this::compileObserver), batch);
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

  /** Measures every operation from now on. */
  public void measure(OperationTimes into) {
    times = into;
  }

  @Override
  public long bytes(int batch) {
    long step =
        OpenMp.withThreads(
            options.threads(),
            () -> steps.computeIfAbsent(batch, this::compileStep).program().bytes());
    return updater.bytes() + parameters.bytes() + step;
  }

  @Override
  public void close() {
    arena.close();
    parameters.close();
    updater.close();
  }

  private Compiled compileStep(int batch) {
    Fused network = Fused.of(layers, Activations::fusesInTraining);
    Recorder recorder = new Recorder();
    Map<String, Lowered> lowered =
        new Lowering(
                network,
                trained,
                parameters,
                recorder,
                batch,
                Lowering.Mode.TRAINING,
                norms,
                options,
                () -> current.seed)
            .forward();
    String output = network.graph().outputs().get(0);
    Value logits = plainOutput(recorder, lowered, output, batch);
    Value gradient = recorder.value(logits.layout(), logits.shape());
    recorder.add("loss", this::loss, logits.slot(), gradient.slot());
    new Backpropagation(network, lowered, trained, new Joins(recorder, batch))
        .record(output, gradient);
    return new Compiled(recorder.program(), inputs(lowered), logits);
  }

  private void loss(List<FloatPointer> slots) {
    float[] values = new float[Math.toIntExact(slots.get(0).capacity())];
    slots.get(0).get(values);
    current.result = CrossEntropy.apply(values, current.labels);
    slots.get(1).put(values);
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
        new Lowering(network, trained, parameters, recorder, batch, mode, norms, options, () -> 0)
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
