package dev.finetune.testing.reference;

import dev.finetune.engine.Batch;
import dev.finetune.graph.layer.Shape;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * The output of a layer for a batch: the examples one after another, each in the order channel,
 * height, width.
 */
public final class Values {

  private final int batch;
  private final Shape shape;
  private final double[] all;

  /** Creates zeros. */
  Values(int batch, Shape shape) {
    this(batch, shape, new double[batch * shape.size()]);
  }

  /** Uses the given array without copying it. */
  Values(int batch, Shape shape, double[] all) {
    this.batch = batch;
    this.shape = shape;
    this.all = all;
  }

  /** Reads an input of a batch. */
  static Values of(Batch batch, int input, Shape shape) {
    Values values = new Values(batch.size(), shape);
    for (int n = 0; n < batch.size(); n++) {
      FloatBuffer example = batch.example(n, input, shape);
      for (int i = 0; i < shape.size(); i++) {
        values.all[n * shape.size() + i] = example.get();
      }
    }
    return values;
  }

  /** Returns the number of examples. */
  public int batch() {
    return batch;
  }

  /** Returns the shape of an example. */
  public Shape shape() {
    return shape;
  }

  /** Returns all numbers, not a copy. */
  public double[] all() {
    return all;
  }

  /** Returns the numbers of an example. */
  public double[] example(int n) {
    return Arrays.copyOfRange(all, n * shape.size(), (n + 1) * shape.size());
  }

  /** Returns the number of positions of a channel. */
  int places() {
    return shape.height() * shape.width();
  }

  /** Returns the index of a number. */
  int index(int n, int channel, int y, int x) {
    return ((n * shape.channels() + channel) * shape.height() + y) * shape.width() + x;
  }

  double at(int n, int channel, int y, int x) {
    return all[index(n, channel, y, x)];
  }

  void set(int n, int channel, int y, int x, double value) {
    all[index(n, channel, y, x)] = value;
  }

  boolean inside(int y, int x) {
    return y >= 0 && y < shape.height() && x >= 0 && x < shape.width();
  }
}
