package dev.finetune.internal.onednn;

import dev.finetune.engine.EngineOptions;
import dev.finetune.graph.LayerGraph;
import dev.finetune.internal.network.Batch;
import dev.finetune.internal.network.TrainableNetwork.Step;
import dev.finetune.internal.threads.OpenMp;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * Forward, loss and backward of a part of each batch, with memory of its own for all but values.
 */
final class TrainingShard implements AutoCloseable {

  private record Compiled(Program program, List<Value> inputs) {}

  private final LayerGraph layers;
  private final Set<String> trained;
  private final ParameterStore parameters;
  private final NormTraining norms;
  private final EngineOptions options;
  private final Arena arena;
  private final StepRandom random = new StepRandom();
  private final Map<Integer, Compiled> compiled = new HashMap<>();
  private int[] labels = {};
  private int batch;
  private @Nullable Step result;

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

  /** Compiles for that many examples, if it has not yet; returns the arena that they need. */
  long prepare(int examples) {
    return OpenMp.withThreads(
        options.threads(),
        () -> compiled.computeIfAbsent(examples, this::compile).program().bytes());
  }

  /**
   * Computes gradients, and the part in the batch's loss. The parameters are up to date.
   *
   * @param all the whole batch
   * @param from the first example of this shard's
   * @param to the one behind its last
   */
  Step compute(
      Batch all, int[] allLabels, int from, int to, long seed, @Nullable OperationTimes times) {
    return OpenMp.withThreads(
        options.threads(),
        () -> {
          Compiled step = compiled.computeIfAbsent(to - from, this::compile);
          labels = Arrays.copyOfRange(allLabels, from, to);
          batch = all.size();
          random.start(seed, from);
          step.program().prepare(arena);
          Ports.write(all.part(from, to), step.inputs(), arena);
          step.program().run(arena, times);
          Step computed = result;
          if (computed == null) {
            throw new IllegalStateException("The step gave no loss");
          }
          return computed;
        });
  }

  private Compiled compile(int examples) {
    Fused network = Fused.of(layers, Activations::fusesInTraining);
    Recorder recorder = new Recorder();
    Map<String, Lowered> lowered =
        new Lowering(
                network,
                trained,
                parameters,
                recorder,
                examples,
                Lowering.Mode.TRAINING,
                norms,
                options,
                random)
            .forward();
    String output = network.graph().outputs().get(0);
    Value logits = OneDnnTraining.plainOutput(recorder, lowered, output, examples);
    Value gradient = recorder.value(logits.layout(), logits.shape());
    recorder.add("loss", this::loss, logits.slot(), gradient.slot());
    new Backpropagation(network, lowered, trained, new Joins(recorder, examples))
        .record(output, gradient);
    return new Compiled(
        recorder.program(),
        layers.inputs().stream().map(n -> lowered.get(n.name()).output()).toList());
  }

  private void loss(List<FloatPointer> slots) {
    float[] values = new float[Math.toIntExact(slots.get(0).capacity())];
    slots.get(0).get(values);
    result = CrossEntropy.apply(values, labels, batch);
    slots.get(1).put(values);
  }

  @Override
  public void close() {
    arena.close();
  }
}
