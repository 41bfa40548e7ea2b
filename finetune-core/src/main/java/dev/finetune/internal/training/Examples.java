package dev.finetune.internal.training;

/** What the tail reads for each image: one array of values per tensor that crosses the cut. */
interface Examples {

  /** How many there are. */
  int size();

  /** The examples at these indices, in that order. */
  Cursor open(int[] order);

  /** Examples one after another. */
  interface Cursor extends AutoCloseable {
    float[][] next();

    @Override
    void close();
  }
}
