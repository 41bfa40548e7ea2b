package dev.finetune.engine;

import dev.finetune.annotation.Experimental;
import dev.finetune.weights.Weights;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A network that trains. It computes outputs and gradients; the caller computes the loss and
 * updates the parameters. It is used by one thread at a time. It owns native memory until it is
 * closed. After that, every method except {@link #close} throws {@link IllegalStateException}.
 */
@Experimental
public interface TrainableNetwork extends AutoCloseable {

  /**
   * Computes the gradients of all trainable parameters: a forward pass in training mode, then a
   * backward pass from the gradient that the caller provides. The gradients replace those of the
   * previous call. Both passes are one call because engines reuse the memory between them. If
   * {@code gradientOf} throws, this method throws the same exception, and gradients must not be
   * read before the next call.
   *
   * <p>Trainable batch normalisation normalises by the batch unless {@link NormPolicy#keeps} is
   * true. If {@link NormPolicy#momentum} has a value m, the forward pass updates the stored mean
   * and the stored biased variance to m * stored + (1 - m) * batch.
   *
   * @param batch at least one example; the size may differ between calls
   * @param seed the seed of dropout and stochastic depth: the same seed and batch size give the
   *     same masks, whatever the number of threads
   * @param gradientOf receives the logits by example and returns the derivative of the batch's mean
   *     loss with respect to each logit. It is called once, on the calling thread, and must not
   *     call this network
   * @throws IllegalArgumentException if an example does not match the shape of an input
   */
  void differentiate(Batch batch, long seed, UnaryOperator<float[][]> gradientOf);

  /**
   * {@return the trainable tensors in the order of the layers: those with a learned role in layers
   * that are not frozen} Every call returns the same list.
   */
  List<Parameter> parameters();

  /**
   * Computes logits in inference mode with the current values.
   *
   * @param batch at least one example
   * @return the logits by example
   * @throws IllegalArgumentException if an example does not match the shape of an input
   */
  float[][] logits(Batch batch);

  /**
   * {@return whether the network has statistics that {@link #observe} and {@link #settle}
   * recompute}
   */
  boolean recomputesStatistics();

  /**
   * Accumulates the mean and variance that batch normalisation layers see for these examples. The
   * pass normalises by the batch and has dropout off. No stored statistic changes before {@link
   * #settle}.
   *
   * @param batch at least one example
   * @throws IllegalArgumentException if an example does not match the shape of an input
   */
  void observe(Batch batch);

  /**
   * Replaces the stored statistics with the observed ones and clears the latter.
   *
   * @throws IllegalStateException if nothing was observed
   */
  void settle();

  /** {@return copies of all parameters and running statistics, frozen layers included} */
  Weights weights();

  /**
   * Replaces all parameters and running statistics.
   *
   * @param weights the result of {@link #weights} on a network with the same graph
   */
  void restore(Weights weights);

  /** {@return whether all parameters and running statistics are finite} */
  boolean finite();

  /**
   * {@return the total number of bytes that passes over a batch need outside the heap} The call
   * does not allocate that memory.
   *
   * @param batch the number of examples; 0 for the memory held between passes, that is for
   *     parameters and gradients
   */
  long bytes(int batch);

  /** Frees all native memory. Further calls have no effect. */
  @Override
  void close();
}
