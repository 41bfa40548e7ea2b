package dev.finetune.report;

import dev.finetune.image.Pixels;

/** An image of a grid with its caption and verdict. */
record Tile(Pixels image, String caption, Verdict verdict) {

  /** The marking of an image as classified correctly or wrongly. */
  enum Verdict {
    NONE,
    RIGHT,
    WRONG
  }
}
