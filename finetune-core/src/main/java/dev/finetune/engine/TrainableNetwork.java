package dev.finetune.engine;

import dev.finetune.weights.Weights;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The part of a network that trains. What is to be lowered, and how gradients change values, is the
 * caller's. Used by one thread.
 */
public interface TrainableNetwork extends AutoCloseable {

  /**
   * Computes the gradients of all parameters: forward in training mode, and back from where the
   * caller says. It is one call, as engines keep what the way back needs in memory that they reuse.
   *
   * @param seed of this pass's dropout
   * @param gradientOf given the logits of each example, returns the gradient of the loss with
   *     respect to each of them; called once
   */
  void differentiate(Batch batch, long seed, UnaryOperator<float[][]> gradientOf);

  /** The tensors that train, in the order of the layers. */
  List<Parameter> parameters();

  /** The logits of each example, in inference. */
  float[][] logits(Batch batch);

  /** Whether it has statistics that {@link #observe} and {@link #settle} recompute. */
  boolean recomputesStatistics();

  /**
   * Adds what batch normalisation sees of these examples to the statistics to come. Layers in front
   * normalise by the batch, dropout is off, and nothing changes before {@link #settle}.
   */
  void observe(Batch batch);

  /**
   * Makes the observed statistics the stored ones.
   *
   * @throws IllegalStateException if nothing was observed
   */
  void settle();

  /** The values of its parameters, and its running statistics. */
  Weights weights();

  /** Replaces them all by what {@link #weights} gave. */
  void restore(Weights weights);

  /** Whether the values of its parameters are all finite. */
  boolean finite();

  /**
   * Returns the bytes outside the heap that steps and judgements of that size need in all. Asking
   * takes none of the memory that passes need.
   *
   * @param batch examples; 0 for what the network holds between passes, parameters and gradients
   */
  long bytes(int batch);

  @Override
  void close();
}
