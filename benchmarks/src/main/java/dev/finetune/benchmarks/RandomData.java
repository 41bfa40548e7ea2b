package dev.finetune.benchmarks;

import dev.finetune.graph.layer.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Random data, the same for all contenders. No library's speed depends on the values. */
final class RandomData {

  private RandomData() {}

  /** Creates {@code count} examples of these inputs, with values in [0, 1). */
  static List<float[][]> examples(int count, List<Shape> inputs) {
    SplittableRandom random = new SplittableRandom(1);
    List<float[][]> examples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float[][] example = new float[inputs.size()][];
      for (int k = 0; k < example.length; k++) {
        example[k] = new float[inputs.get(k).size()];
        for (int j = 0; j < example[k].length; j++) {
          example[k][j] = (float) random.nextDouble();
        }
      }
      examples.add(example);
    }
    return examples;
  }

  /** Creates images as one array: images, channels, rows, columns. */
  static float[] images(int count) {
    Shape shape = Shape.image(3, Task.SIDE, Task.SIDE);
    float[] all = new float[count * shape.size()];
    List<float[][]> examples = examples(count, List.of(shape));
    for (int i = 0; i < count; i++) {
      System.arraycopy(examples.get(i)[0], 0, all, i * shape.size(), shape.size());
    }
    return all;
  }

  /** Creates labels that go through all classes. */
  static int[] labels(int count) {
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      labels[i] = i % Task.CLASSES;
    }
    return labels;
  }
}
