package dev.finetune.internal.onednn;

import dev.finetune.engine.Batch;
import dev.finetune.engine.EngineOptions;
import dev.finetune.graph.LayerGraph;
import dev.finetune.internal.natives.OpenMp;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/** The passes of a part of each batch, with memory of its own for all but values. */
final class TrainingShard implements AutoCloseable {

  private record Compiled(Program program, List<Value> inputs, Value logits, Value gradient) {}

  private final LayerGraph layers;
  private final Set<String> trained;
  private final ParameterStore parameters;
  private final NormTraining norms;
  private final EngineOptions options;
  private final Arena arena;
  private final StepRandom random = new StepRandom();
  private final Map<Integer, Compiled> compiled = new HashMap<>();

  /**
   * @param gradients where this shard's gradients go
   * @param options how many threads this shard has
   */
  TrainingShard(
      LayerGraph layers,
      Set<String> trained,
      ParameterStore parameters,
      Pointer gradients,
      NormTraining norms,
      EngineOptions options) {
    this.layers = layers;
    this.trained = trained;
    this.parameters = parameters;
    this.norms = norms;
    this.options = options;
    this.arena = new Arena(gradients);
  }

  /** Compiles for that many examples, if it has not yet. */
  void prepare(int examples) {
    OpenMp.runWithThreads(
        options.threads(), () -> compiled.computeIfAbsent(examples, this::compile));
  }

  /**
   * Returns the arena that passes of that many examples need. Compiles for them and keeps nothing.
   *
   * @param measuring notes the parameters' copies that they need
   */
  long arenaBytes(int examples, ParameterStore measuring) {
    return OpenMp.withThreads(
        options.threads(), () -> compile(examples, measuring).program().bytes());
  }

  /**
   * Computes the logits of a batch. The parameters are up to date.
   *
   * @param before examples of the whole batch that other shards have, in front of these
   */
  float[][] forward(Batch batch, int before, long seed, @Nullable OperationTimes times) {
    return OpenMp.withThreads(
        options.threads(),
        () -> {
          Compiled step = compiled.computeIfAbsent(batch.size(), this::compile);
          random.start(seed, before);
          step.program().prepare(arena);
          Ports.write(batch, step.inputs(), arena);
          step.program().forward(arena, times);
          return Ports.read(step.logits(), batch.size(), arena);
        });
  }

  /** Returns the memory that its passes use; between steps it may be used for others. */
  Arena arena() {
    return arena;
  }

  /** Computes the gradients of the parameters, of the batch that {@link #forward} had last. */
  void backward(List<float[]> gradients, @Nullable OperationTimes times) {
    OpenMp.runWithThreads(
        options.threads(),
        () -> {
          Compiled step = compiled.computeIfAbsent(gradients.size(), this::compile);
          Ports.write(gradients, step.gradient(), arena);
          step.program().backward(times);
        });
  }

  private Compiled compile(int examples) {
    return compile(examples, parameters);
  }

  private Compiled compile(int examples, ParameterStore store) {
    Fused network = Fused.of(layers, Activations::fusesInTraining);
    Recorder recorder = new Recorder();
    Map<String, Lowered> lowered =
        new Lowering(
                network,
                trained,
                store,
                recorder,
                examples,
                Lowering.Mode.TRAINING,
                norms,
                options,
                random)
            .forward();
    String output = network.graph().outputs().get(0);
    Value logits = OneDnnTraining.plainOutput(recorder, lowered, output, examples);
    logits.slot().pin();
    Value gradient = recorder.value(logits.layout(), logits.shape());
    gradient.slot().pin();
    recorder.turnBack();
    new Backpropagation(network, lowered, trained, new Joins(recorder, examples))
        .record(output, gradient);
    return new Compiled(
        recorder.program(),
        layers.inputs().stream().map(n -> Lowering.output(lowered, n.name())).toList(),
        logits,
        gradient);
  }

  @Override
  public void close() {
    arena.close();
  }
}
