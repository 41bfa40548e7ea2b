package dev.finetune.engine;

import dev.finetune.annotation.Experimental;
import dev.finetune.graph.LayerGraph;
import dev.finetune.weights.Weights;
import java.util.Set;

/**
 * A library that compiles and computes graphs. An implementation has a public constructor without
 * parameters, is named in {@code META-INF/services/dev.finetune.engine.Engine}, and is safe for use
 * from several threads. The test kit {@code EngineContract}, in the test jar of {@code
 * finetune-core}, tests the requirements.
 *
 * <p>Engines receive basic layers only: the library expands composite layers, such as separable
 * convolutions, first. An engine must reject a layer that it does not support, by name, and never
 * replace it. The thread count and algorithms in {@link EngineOptions} are upper limits and
 * permissions; an engine that cannot choose them ignores them.
 */
@Experimental
public interface Engine {

  /** {@return the name of the engine, such as {@code onednn}: lower-case letters and digits} */
  String name();

  /**
   * Makes settings that must precede the loading of any engine's native code, such as environment
   * variables. Called once for every engine on the class path, before any method other than {@link
   * #name} is called on any of them.
   */
  default void prepare() {}

  /**
   * {@return whether the engine can compute on this machine} The first call may load native code.
   * Later calls must be cheap, because they are frequent. Among engines with the same preference,
   * the first by name computes.
   */
  Availability availability();

  /**
   * Creates a network that computes outputs.
   *
   * @param graph basic layers only
   * @param weights a value for each parameter of the graph; not changed
   * @param options the thread count and algorithms
   * @return the network, which the caller must close
   * @throws EngineException if the engine does not support a layer of the graph
   */
  InferenceNetwork inference(LayerGraph graph, Weights weights, EngineOptions options);

  /**
   * Creates a network that trains.
   *
   * @param graph basic layers only, with one output: the logits
   * @param frozen the names of layers that keep their values and running statistics; frozen batch
   *     normalisation uses its stored statistics
   * @param weights a value for each parameter of the graph; not changed
   * @param norms how trainable batch normalisation gets its statistics
   * @param options the thread count and algorithms
   * @return the network, which the caller must close
   * @throws EngineException if the engine does not support a layer of the graph, or cannot train it
   */
  TrainableNetwork training(
      LayerGraph graph,
      Set<String> frozen,
      Weights weights,
      NormPolicy norms,
      EngineOptions options);

  /** {@return a description for people: the library, its version and the instruction set} */
  String describe();

  /**
   * {@return everything that determines the bits of an inference result: the library, its
   * instruction set and algorithms, and the number of threads if sums are split among them} It is
   * part of the key of stored features.
   *
   * @param options the thread count and algorithms
   */
  String fingerprint(EngineOptions options);

  /**
   * {@return the number of bytes that the engine can still allocate outside the heap; {@link
   * Long#MAX_VALUE} if unknown}
   */
  long freeMemory();
}
