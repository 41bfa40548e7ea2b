package dev.finetune.internal.onednn;

import dev.finetune.engine.Batch;
import dev.finetune.engine.EngineOptions;
import dev.finetune.engine.InferenceNetwork;
import dev.finetune.engine.NormPolicy;
import dev.finetune.graph.LayerGraph;
import dev.finetune.internal.natives.OpenMp;
import dev.finetune.weights.Weights;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An inference network of the engine {@code onednn}. It compiles a {@link Program} for each batch
 * size and keeps the most recently used ones. Used by one thread at a time.
 */
public final class OneDnnInference implements InferenceNetwork {

  /** The number of programs kept, one per batch size. */
  private static final int KEPT = 4;

  private record Compiled(Program program, List<Value> inputs, List<Value> outputs) {}

  private final Fused network;
  private final EngineOptions options;
  private final ParameterStore parameters;
  private final Arena arena = new Arena();
  private final Map<Integer, Compiled> programs =
      new LinkedHashMap<>(8, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Compiled> eldest) {
          return size() > KEPT;
        }
      };

  /**
   * Creates a network.
   *
   * @param layers the graph, of basic layers
   * @param weights a value for each of its parameters; not changed
   * @param options the number of threads, and which algorithms are allowed
   */
  public OneDnnInference(LayerGraph layers, Weights weights, EngineOptions options) {
    FoldedNorms folded = FoldedNorms.of(layers, weights);
    this.network = Fused.of(folded.graph(), Activations::fusesInInference);
    this.options = options;
    this.parameters = ParameterStore.fixed(folded.graph(), folded.weights());
  }

  @Override
  public float[][][] outputs(Batch batch) {
    parameters.requireOpen();
    return OpenMp.withThreads(options.threads(), () -> compute(batch));
  }

  private float[][][] compute(Batch batch) {
    Compiled compiled = programs.computeIfAbsent(batch.size(), this::compile);
    parameters.refresh();
    compiled.program().prepare(arena);
    Ports.write(batch, compiled.inputs(), arena);
    compiled.program().forward(arena, null);
    int outputs = compiled.outputs().size();
    float[][][] all = new float[batch.size()][outputs][];
    for (int k = 0; k < outputs; k++) {
      float[][] rows = Ports.read(compiled.outputs().get(k), batch.size(), arena);
      for (int i = 0; i < rows.length; i++) {
        all[i][k] = rows[i];
      }
    }
    return all;
  }

  @Override
  public long bytes(int batch) {
    parameters.requireOpen();
    return OpenMp.withThreads(
        options.threads(),
        () ->
            programs.computeIfAbsent(batch, this::compile).program().bytes() + parameters.bytes());
  }

  @Override
  public void close() {
    arena.close();
    parameters.close();
  }

  private Compiled compile(int batch) {
    Recorder recorder = new Recorder();
    Map<String, Lowered> lowered =
        new Lowering(
                network,
                Set.of(),
                parameters,
                recorder,
                batch,
                Lowering.Mode.INFERENCE,
                new NormTraining(NormPolicy.ownMomentum()),
                options,
                new StepRandom())
            .forward();
    LayerGraph graph = network.graph();
    List<Value> outputs =
        graph.outputs().stream()
            .map(name -> OneDnnTraining.plainOutput(recorder, lowered, name, batch))
            .toList();
    outputs.forEach(value -> value.slot().pin());
    List<Value> inputs =
        graph.inputs().stream().map(n -> Lowering.output(lowered, n.name())).toList();
    return new Compiled(recorder.program(), inputs, outputs);
  }
}
