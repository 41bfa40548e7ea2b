package dev.finetune.internal.onednn;

import dev.finetune.graph.Layer;
import dev.finetune.graph.Node;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import org.bytedeco.javacpp.FloatPointer;

/** Dropout in training: a product with a random mask. */
final class Dropouts {

  private final Recorder recorder;
  private final Joins joins;
  private final LongSupplier seed;
  private int made;

  /**
   * @param seed of the step that runs
   */
  Dropouts(Recorder recorder, Joins joins, LongSupplier seed) {
    this.recorder = recorder;
    this.joins = joins;
    this.seed = seed;
  }

  Lowered lower(Node node, Value input) {
    double rate = ((Layer.Dropout) node.layer()).rate();
    long number = made++;
    Value mask = recorder.value(input.layout(), input.shape());
    recorder.add(
        node.name() + " mask",
        slots -> fill(slots.get(0), rate, new SplittableRandom(seed.getAsLong() + number)),
        mask.slot());
    return new Lowered(
        joins.product(node.name(), input, mask),
        (gradient, wanted) ->
            List.of(
                joins.product(
                    node.name() + " backward",
                    recorder.reorder(node.name(), gradient, input.layout()),
                    mask)));
  }

  /** Zero with probability {@code rate}, else what keeps the expected value. */
  private static void fill(FloatPointer mask, double rate, SplittableRandom random) {
    float kept = (float) (1 / (1 - rate));
    float[] values = new float[Math.toIntExact(mask.capacity())];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextDouble() < rate ? 0 : kept;
    }
    mask.put(values);
  }
}
