package dev.finetune.internal.network;

import dev.finetune.engine.Batch;
import dev.finetune.engine.Parameter;
import dev.finetune.engine.TrainableNetwork;
import dev.finetune.weights.Weights;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A network for training with the weights and parameters of the original graph. Its engine computes
 * the expanded graph.
 */
record ExpandedTraining(TrainableNetwork network, Expansion expansion) implements TrainableNetwork {

  @Override
  public void differentiate(Batch batch, long seed, UnaryOperator<float[][]> gradientOf) {
    network.differentiate(batch, seed, gradientOf);
  }

  @Override
  public List<Parameter> parameters() {
    return expansion.originals(network.parameters());
  }

  @Override
  public float[][] logits(Batch batch) {
    return network.logits(batch);
  }

  @Override
  public boolean recomputesStatistics() {
    return network.recomputesStatistics();
  }

  @Override
  public void observe(Batch batch) {
    network.observe(batch);
  }

  @Override
  public void settle() {
    network.settle();
  }

  @Override
  public Weights weights() {
    return expansion.contract(network.weights());
  }

  @Override
  public void restore(Weights weights) {
    network.restore(expansion.expand(weights));
  }

  @Override
  public boolean finite() {
    return network.finite();
  }

  @Override
  public long bytes(int batch) {
    return network.bytes(batch);
  }

  @Override
  public void close() {
    network.close();
  }
}
