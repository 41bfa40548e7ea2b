package dev.finetune.engine;

/** Which code computes convolutions. */
public enum ConvolutionPath {
  /**
   * ND4J's own convolution operations, which run on oneDNN on a CPU. The default. Where there is no
   * CPU backend the engine uses what the backend has, and {@code describe()} says so.
   */
  ONEDNN,
  /** Deeplearning4j's built-in im2col and matrix product; some four to seven times slower. */
  DL4J
}
