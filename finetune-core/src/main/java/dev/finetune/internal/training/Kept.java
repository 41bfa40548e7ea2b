package dev.finetune.internal.training;

import com.google.common.collect.ImmutableList;
import dev.finetune.weights.Weights;
import java.util.List;

/**
 * What a run keeps of an epoch.
 *
 * @param weights the weights of the tail after the epoch
 * @param fitted what {@link Task.Result#fitted} is for these weights
 */
public record Kept(Weights weights, List<Double> fitted) {

  public Kept {
    fitted = ImmutableList.copyOf(fitted);
  }
}
