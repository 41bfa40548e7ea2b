package dev.finetune.internal.dl4j;

import org.nd4j.linalg.api.ndarray.INDArray;

/** From ND4J arrays with a leading batch dimension to plain arrays per example. */
final class Examples {

  private Examples() {}

  static float[][][] split(INDArray[] arrays, int examples) {
    float[][][] out = new float[examples][arrays.length][];
    for (int k = 0; k < arrays.length; k++) {
      float[] values = arrays[k].dup('c').data().asFloat();
      int size = values.length / examples;
      for (int i = 0; i < examples; i++) {
        out[i][k] = new float[size];
        System.arraycopy(values, i * size, out[i][k], 0, size);
      }
    }
    return out;
  }
}
