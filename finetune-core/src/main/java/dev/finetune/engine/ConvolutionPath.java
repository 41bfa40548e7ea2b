package dev.finetune.engine;

/** Which code computes a network. */
public enum ConvolutionPath {
  /**
   * Programs of oneDNN's primitives, for CPUs. The default. Where the ND4J backend is a GPU's that
   * is used, and where oneDNN has no natives Deeplearning4j; {@code describe()} says which.
   */
  ONEDNN,
  /**
   * Deeplearning4j's own layers; on a CPU an im2col and a matrix product, some ten times slower.
   */
  DL4J
}
