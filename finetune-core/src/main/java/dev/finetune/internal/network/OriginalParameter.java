package dev.finetune.internal.network;

import dev.finetune.engine.Parameter;
import dev.finetune.graph.layer.ParameterSpec;

/**
 * A parameter of a composite layer, with the name and role that it has in the original graph.
 *
 * @param layer the name of the composite layer
 * @param spec the role and shape in the composite layer
 * @param written the parameter of the expanded graph that has the same values in the same order
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
