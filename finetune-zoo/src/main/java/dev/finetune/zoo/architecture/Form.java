package dev.finetune.zoo.architecture;

/**
 * Which form of a network is wanted.
 *
 * @param height rows of its images
 * @param width columns of its images
 * @param dialect whose definition
 * @param top what stands on the feature layers
 * @param pooling what follows the feature layers if there is no top
 */
public record Form(int height, int width, Dialect dialect, Top top, Pooling pooling) {

  /** A form for square images of that side, without pooling. */
  public static Form square(int side, Dialect dialect, Top top) {
    return new Form(side, side, dialect, top, Pooling.NONE);
  }

  /** Returns a copy with that top. */
  public Form with(Top other) {
    return new Form(height, width, dialect, other, pooling);
  }

  /** Returns a copy of that dialect. */
  public Form with(Dialect other) {
    return new Form(height, width, other, top, pooling);
  }

  /** Returns a copy with that pooling. */
  public Form with(Pooling other) {
    return new Form(height, width, dialect, top, other);
  }

  /** Returns a copy for images of that size. */
  public Form withSize(int rows, int columns) {
    return new Form(rows, columns, dialect, top, pooling);
  }

  /** Whether it is one of Keras' definitions. */
  boolean keras() {
    return dialect.keras();
  }
}
