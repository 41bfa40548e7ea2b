package dev.finetune.engine;

import dev.finetune.weights.Weights;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A network that trains. It computes outputs and gradients; the loss, and the way in which
 * gradients change values, belong to the caller. It is used by one thread at a time. It owns native
 * memory until it is closed; every method called after that throws {@link IllegalStateException},
 * but for {@link #close}.
 */
public interface TrainableNetwork extends AutoCloseable {

  /**
   * Computes the gradients of all parameters: a forward pass in training mode, then a backward pass
   * from the gradient that the caller gives. The gradients replace those of the call before. Both
   * passes are one call because engines reuse the memory between them. If {@code gradientOf}
   * throws, so does this method, and no gradient is to be read before the next call.
   *
   * <p>Batch normalisation that trains normalises by the batch, unless {@link NormPolicy#keeps}
   * says otherwise. Where {@link NormPolicy#momentum} gives a share, the forward pass moves the
   * stored mean and the stored biased variance to that share of the old value plus the rest of the
   * batch's.
   *
   * @param batch at least one example; sizes may differ from call to call
   * @param seed draws dropout and stochastic depth: the same seed and batch size give the same
   *     masks, whatever the number of threads
   * @param gradientOf takes the logits, by example, and returns the derivative of the loss with
   *     respect to each logit, which is of the mean over the batch already; called once, on the
   *     calling thread. It must not call this network
   */
  void differentiate(Batch batch, long seed, UnaryOperator<float[][]> gradientOf);

  /**
   * Returns the tensors that train, in the order of the layers: those with a learned role in layers
   * that are not frozen. The list is the same in every call.
   */
  List<Parameter> parameters();

  /** Computes the logits of each example in inference mode, with the values as they are now. */
  float[][] logits(Batch batch);

  /** Returns whether it has statistics that {@link #observe} and {@link #settle} recompute. */
  boolean recomputesStatistics();

  /**
   * Adds the mean and variance that batch normalisation sees of these examples to the statistics to
   * come. The pass normalises by the batch and has dropout off. No value changes before {@link
   * #settle}.
   */
  void observe(Batch batch);

  /**
   * Stores the observed statistics, and forgets them.
   *
   * @throws IllegalStateException if nothing was observed
   */
  void settle();

  /** Returns copies of all parameters and running statistics, those of frozen layers included. */
  Weights weights();

  /**
   * Replaces all parameters and running statistics.
   *
   * @param weights what {@link #weights} of a network of the same graph returned
   */
  void restore(Weights weights);

  /** Returns whether all parameters and running statistics are finite. */
  boolean finite();

  /**
   * Returns the bytes outside the heap that the passes of that size need in all. Asking does not
   * allocate the memory of the passes.
   *
   * @param batch examples; 0 for what the network holds between passes: parameters and gradients
   */
  long bytes(int batch);

  /** Gives back all native memory. Closing again does nothing. */
  @Override
  void close();
}
