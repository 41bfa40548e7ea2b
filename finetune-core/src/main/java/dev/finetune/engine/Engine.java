package dev.finetune.engine;

import dev.finetune.graph.LayerGraph;
import dev.finetune.weights.Weights;
import java.util.Set;

/**
 * Compiles graphs and computes them. Implementations have a public constructor without parameters,
 * are named in {@code META-INF/services/dev.finetune.engine.Engine}, and are safe to use from
 * several threads. The test kit {@code EngineContract}, in the test jar of {@code finetune-core},
 * says what each of them must do.
 *
 * <p>Engines see basic layers only: composite ones, such as separable convolutions, are written out
 * before. A layer that an engine does not have is refused by name, never replaced. What {@link
 * EngineOptions} says of threads and algorithms is a permission: an engine that cannot choose them
 * ignores it.
 */
public interface Engine {

  /** Returns its name, such as {@code onednn}: lower-case letters and digits. */
  String name();

  /**
   * Sets what has to be set before native code of any engine is loaded, such as environment
   * variables. Called once for every engine on the class path, before the first of them is asked
   * for anything but its name.
   */
  default void prepare() {}

  /**
   * Returns whether it can compute here. May load native code the first time; called often, so that
   * later calls have to be cheap. Of several engines with the same preference the first by name
   * computes.
   */
  Availability availability();

  /**
   * Creates a network that computes outputs.
   *
   * @param graph basic layers
   * @param weights a value for each of its parameters; not changed
   * @throws EngineException if the engine does not have a layer of the graph
   */
  InferenceNetwork inference(LayerGraph graph, Weights weights, EngineOptions options);

  /**
   * Creates a network that trains.
   *
   * @param graph basic layers, one output: the logits
   * @param frozen layers of it that keep their values and running statistics; batch normalisation
   *     among them normalises by the stored statistics
   * @param weights a value for each of its parameters; not changed
   * @param norms where trained batch normalisation has its statistics from
   * @throws EngineException if the engine does not have a layer of the graph, or cannot train it
   */
  TrainableNetwork training(
      LayerGraph graph,
      Set<String> frozen,
      Weights weights,
      NormPolicy norms,
      EngineOptions options);

  /** Returns what computes, for people: its library, version and instruction set. */
  String describe();

  /**
   * Returns what the bits of an inference depend on: the library, its instruction set and
   * algorithms, and the number of threads where sums are split among them. Features on disk are
   * found by it.
   */
  String fingerprint(EngineOptions options);

  /**
   * Returns the number of bytes outside the heap that it may still take; {@link Long#MAX_VALUE} if
   * it does not know.
   */
  long freeMemory();
}
