package dev.finetune.internal.onednn;

import dev.finetune.graph.Node;
import dev.finetune.graph.layer.Dropout;
import java.util.List;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.FloatPointer;

/** Records dropout for training, as a product with a random mask. */
final class Dropouts {

  private final Recorder recorder;
  private final Joins joins;
  private final int batch;
  private final StepRandom random;
  private int made;

  Dropouts(Recorder recorder, Joins joins, int batch, StepRandom random) {
    this.recorder = recorder;
    this.joins = joins;
    this.batch = batch;
    this.random = random;
  }

  /** Records a dropout layer. */
  Lowered lower(Node node, Value input) {
    double rate = ((Dropout) node.layer()).rate();
    long number = made++;
    int size = input.shape().size();
    // Drawn in plain order, because the layout depends on the CPU and on the batch size.
    Value drawn = recorder.value(Layouts.plain(input.shape(), batch), input.shape());
    recorder.add(
        node.name() + " mask",
        slots -> fill(slots.get(0), rate, random.stream(number, size)),
        drawn.slot());
    Value mask = recorder.reorder(node.name() + " mask", drawn, input.layout());
    return new Lowered(
        joins.product(node.name(), input, mask),
        (gradient, wanted) ->
            List.of(
                joins.product(
                    node.name() + " backward",
                    recorder.reorder(node.name(), gradient, input.layout()),
                    mask)));
  }

  /** Fills the mask: 0 with probability {@code rate}, else 1 / (1 - rate), for a mean of 1. */
  private static void fill(FloatPointer mask, double rate, SplittableRandom random) {
    float kept = (float) (1 / (1 - rate));
    float[] values = new float[Math.toIntExact(mask.capacity())];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextDouble() < rate ? 0 : kept;
    }
    mask.put(values);
  }
}
