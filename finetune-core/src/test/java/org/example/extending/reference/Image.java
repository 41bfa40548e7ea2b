package org.example.extending.reference;

import dev.finetune.graph.layer.Shape;

/** What a layer gives for a batch. */
final class Image {

  private final Shape shape;
  private final int[][] places;

  /**
   * @param places on the tape, by example, then in channel, height, width order
   */
  Image(Shape shape, int[][] places) {
    this.shape = shape;
    this.places = places;
  }

  Shape shape() {
    return shape;
  }

  int[][] places() {
    return places;
  }

  int at(int n, int c, int y, int x) {
    return places[n][(c * shape.height() + y) * shape.width() + x];
  }

  /** Returns whether there is a value at a place, which may be beyond the border. */
  boolean has(int y, int x) {
    return y >= 0 && x >= 0 && y < shape.height() && x < shape.width();
  }

  /** Returns the places of a channel in all examples. */
  int[] channel(int c) {
    int each = shape.height() * shape.width();
    int[] found = new int[places.length * each];
    for (int n = 0; n < places.length; n++) {
      System.arraycopy(places[n], c * each, found, n * each, each);
    }
    return found;
  }
}
