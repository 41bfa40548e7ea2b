package dev.finetune.internal.training;

import static com.google.common.base.Preconditions.checkState;

import dev.finetune.data.Shuffle;
import dev.finetune.engine.Batch;
import dev.finetune.loss.Targets;
import java.util.Arrays;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Batches of shuffled examples, epoch after epoch, for a search that is not a training. A smaller
 * batch at the end of an epoch is left out, unless it is the only one.
 */
final class EndlessBatches implements IntFunction<Learner.Part>, AutoCloseable {

  private final Examples examples;
  private final Function<int[], Targets> targets;
  private final int size;
  private final long seed;
  private Examples.@Nullable Cursor cursor;
  private int[] order = {};
  private int epoch;
  private int next;

  /**
   * Creates the batches.
   *
   * @param targets returns the targets of the examples with these indices
   * @param batch the size of a batch
   * @param seed the seed of all random choices
   */
  EndlessBatches(Examples examples, Function<int[], Targets> targets, int batch, long seed) {
    this.examples = examples;
    this.targets = targets;
    this.size = Math.min(batch, examples.size());
    this.seed = seed;
  }

  /** Returns the next batch. Its examples are read when they are used, before the next call. */
  @Override
  public Learner.Part apply(int step) {
    if (cursor == null || next + size > order.length) {
      begin();
    }
    int[] indices = Arrays.copyOfRange(order, next, next + size);
    long own = Seeds.step(seed, epoch, next / size);
    next += size;
    return new Learner.Part(() -> new Learner.Labelled(take(), targets.apply(indices)), own);
  }

  private void begin() {
    close();
    epoch++;
    order = Shuffle.permutation(examples.size(), Seeds.order(seed, epoch));
    cursor = examples.open(order, 0, Seeds.changes(seed, epoch));
    next = 0;
  }

  private Batch take() {
    Examples.Cursor from = cursor;
    checkState(from != null, "The batches must be open");
    return from.batch(size);
  }

  @Override
  public void close() {
    if (cursor != null) {
      cursor.close();
      cursor = null;
    }
  }
}
