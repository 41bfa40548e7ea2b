package dev.finetune.train;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import dev.finetune.weights.Weights;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;

/**
 * Collects the weights after some of the last epochs of a training, for {@link
 * dev.finetune.FineTunedModel#withBestAverage}. They take as much heap as the network has
 * parameters, for each epoch. For one training; not safe for use from several threads.
 *
 * <pre>{@code
 * EpochWeights recent = EpochWeights.last(4, 2); // of 20 epochs: 12, 14, 16 and 18
 * FineTunedModel model = plan.train(train, valid, options.epochs(20).observer(recent));
 * FineTunedModel averaged = model.withBestAverage(recent.list(), valid);
 * }</pre>
 */
public final class EpochWeights implements TrainingObserver {

  private final int count;
  private final int distance;
  private final Deque<Weights> collected = new ArrayDeque<>();
  private int epochs;

  private EpochWeights(int count, int distance) {
    this.count = count;
    this.distance = distance;
  }

  /**
   * {@return an observer of the epochs at equal distances before the last one, which is not among
   * them: the model has its weights}
   *
   * @param count how many epochs, at least 1
   * @param distance the distance between them in epochs, at least 1
   * @throws IllegalArgumentException if a value is less than 1
   */
  public static EpochWeights last(int count, int distance) {
    checkArgument(count >= 1, "count must be >= 1, got %s", count);
    checkArgument(distance >= 1, "distance must be >= 1, got %s", distance);
    return new EpochWeights(count, distance);
  }

  /** {@return the weights of all layers after each of the epochs, in their order} */
  public List<Weights> list() {
    return ImmutableList.copyOf(collected);
  }

  @Override
  public void trainingStarted(TrainingStart start) {
    epochs = start.epochs();
    collected.clear();
  }

  @Override
  public void epochValidated(EpochResult result, Supplier<Weights> weights) {
    int before = epochs - result.epoch();
    if (before > 0 && before % distance == 0 && before / distance <= count) {
      collected.add(weights.get());
    }
  }
}
