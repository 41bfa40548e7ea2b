package dev.finetune.internal.dl4j;

import dev.finetune.engine.Batch;
import dev.finetune.graph.layer.Shape;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Conversions of batches. */
final class Batches {

  private Batches() {}

  /** Returns a batch that has the only example of {@code batch} twice. */
  static Batch twice(Batch batch) {
    return new Batch(List.of(batch.examples().get(0), batch.examples().get(0)));
  }

  /** Returns an array for each input: (batch, channels), or (batch, channels, height, width). */
  static INDArray[] toArrays(Batch batch, List<Shape> inputs) {
    INDArray[] arrays = new INDArray[inputs.size()];
    for (int k = 0; k < arrays.length; k++) {
      Shape shape = inputs.get(k);
      float[] joined = new float[Math.multiplyExact(shape.size(), batch.size())];
      for (int i = 0; i < batch.size(); i++) {
        batch.example(i, k, shape).get(joined, i * shape.size(), shape.size());
      }
      arrays[k] =
          shape.flat()
              ? Nd4j.createFromArray(joined).reshape('c', batch.size(), shape.channels())
              : Nd4j.createFromArray(joined)
                  .reshape('c', batch.size(), shape.channels(), shape.height(), shape.width());
    }
    return arrays;
  }
}
