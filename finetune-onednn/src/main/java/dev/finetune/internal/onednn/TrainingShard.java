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

/**
 * The forward and backward passes for one part of each batch. A shard has its own arena and
 * gradients and shares the parameters.
 */
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
   * @param gradients the memory that receives this shard's gradients
   * @param options the number of threads of this shard, and which algorithms are allowed
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

  /** Compiles the passes for that many examples, if they are not compiled yet. */
  void prepare(int examples) {
    OpenMp.runWithThreads(
        options.threads(), () -> compiled.computeIfAbsent(examples, this::compile));
  }

  /**
   * Returns the size of the arena in bytes that passes of that many examples need. Compiles them
   * and does not keep them.
   *
   * @param measuring collects the copies of parameters that the passes need
   */
  long arenaBytes(int examples, ParameterStore measuring) {
    return OpenMp.withThreads(
        options.threads(), () -> compile(examples, measuring).program().bytes());
  }

  /**
   * Computes the logits of this shard's part of a batch. {@link ParameterStore#refresh} must have
   * been called.
   *
   * @param batch the examples of this shard
   * @param before the number of examples of the whole batch before them
   * @param seed the seed of the step
   * @param times receives the time of each operation; null not to measure
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

  /** Returns the memory of this shard's passes; between steps, other programs may use it. */
  Arena arena() {
    return arena;
  }

  /**
   * Computes the gradients of the parameters for the batch of the last {@link #forward}.
   *
   * @param gradients the gradient of the loss with respect to the logits, by example
   * @param times receives the time of each operation; null not to measure
   */
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
