package dev.finetune.internal.training;

import dev.finetune.engine.Parameter;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.graph.layer.ParameterSpec;
import java.util.List;

/** A parameter in the heap with gradients that the test sets. */
final class HeapParameter implements Parameter {

  final float[] values;
  final float[] gradients;
  private final String layer;

  HeapParameter(String layer, float[] values) {
    this.layer = layer;
    this.values = values.clone();
    this.gradients = new float[values.length];
  }

  @Override
  public String layer() {
    return layer;
  }

  @Override
  public ParameterSpec spec() {
    return new ParameterSpec(ParameterRole.BIAS, List.of(values.length));
  }

  @Override
  public void read(int from, float[] into, int length) {
    System.arraycopy(values, from, into, 0, length);
  }

  @Override
  public void write(int from, float[] written, int length) {
    System.arraycopy(written, 0, values, from, length);
  }

  @Override
  public void gradient(int from, float[] into, int length) {
    System.arraycopy(gradients, from, into, 0, length);
  }
}
