package dev.finetune.internal.dl4j;

import dev.finetune.graph.Shape;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Examples that go through a network together. An example is one array of values per input of the
 * network, images in channel, height, width order.
 */
public record Batch(List<float[][]> examples) {

  INDArray[] toArrays(List<Shape> inputs, Layout layout) {
    INDArray[] arrays = new INDArray[inputs.size()];
    for (int k = 0; k < arrays.length; k++) {
      int size = inputs.get(k).size();
      float[] joined = new float[Math.multiplyExact(size, examples.size())];
      for (int i = 0; i < examples.size(); i++) {
        float[] values = examples.get(i)[k];
        if (values.length != size) {
          throw new IllegalArgumentException(
              "An input of shape "
                  + inputs.get(k)
                  + " has "
                  + size
                  + " values, got "
                  + values.length);
        }
        layout.enter(values, inputs.get(k), joined, i * size);
      }
      arrays[k] =
          Nd4j.createFromArray(joined).reshape('c', layout.batched(inputs.get(k), examples.size()));
    }
    return arrays;
  }
}
