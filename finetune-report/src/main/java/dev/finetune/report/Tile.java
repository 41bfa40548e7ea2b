package dev.finetune.report;

import dev.finetune.image.Pixels;

/** One image of a grid. */
record Tile(Pixels image, String caption, Verdict verdict) {

  /** What is to be said of it besides the caption. */
  enum Verdict {
    NONE,
    RIGHT,
    WRONG
  }
}
