package dev.finetune.internal.network;

import dev.finetune.engine.Parameter;
import dev.finetune.graph.layer.ParameterSpec;

/**
 * A parameter of a layer that is written out, under the layer's own name and role.
 *
 * @param written that of the written-out network, with the same values in the same order
 */
record OriginalParameter(String layer, ParameterSpec spec, Parameter written) implements Parameter {

  @Override
  public void read(int from, float[] into, int length) {
    written.read(from, into, length);
  }

  @Override
  public void write(int from, float[] values, int length) {
    written.write(from, values, length);
  }

  @Override
  public void gradient(int from, float[] into, int length) {
    written.gradient(from, into, length);
  }
}
