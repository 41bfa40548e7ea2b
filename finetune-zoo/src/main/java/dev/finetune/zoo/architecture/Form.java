package dev.finetune.zoo.architecture;

import dev.finetune.annotation.Experimental;

/**
 * The form in which a network is defined. Immutable.
 *
 * @param height the height of the input images in pixels
 * @param width the width of the input images in pixels
 * @param dialect the publisher whose definition is used
 * @param top the classifier on the feature layers
 * @param pooling the pooling behind the feature layers; not used with a top
 */
@Experimental
public record Form(int height, int width, Dialect dialect, Top top, Pooling pooling) {

  /**
   * Returns a form for square images, without pooling.
   *
   * @param side the height and width of the input images in pixels
   * @param dialect the publisher whose definition is used
   * @param top the classifier on the feature layers
   * @return the form
   */
  public static Form square(int side, Dialect dialect, Top top) {
    return new Form(side, side, dialect, top, Pooling.NONE);
  }

  /**
   * Returns a copy with another top.
   *
   * @param other the classifier on the feature layers
   * @return the modified copy
   */
  public Form with(Top other) {
    return new Form(height, width, dialect, other, pooling);
  }

  /**
   * Returns a copy with another dialect.
   *
   * @param other the publisher whose definition is used
   * @return the modified copy
   */
  public Form with(Dialect other) {
    return new Form(height, width, other, top, pooling);
  }

  /**
   * Returns a copy with another pooling.
   *
   * @param other the pooling behind the feature layers
   * @return the modified copy
   */
  public Form with(Pooling other) {
    return new Form(height, width, dialect, top, other);
  }

  /**
   * Returns a copy for images of another size.
   *
   * @param rows the height of the input images in pixels
   * @param columns the width of the input images in pixels
   * @return the modified copy
   */
  public Form withSize(int rows, int columns) {
    return new Form(rows, columns, dialect, top, pooling);
  }

  /** Returns whether the dialect is one of Keras'. */
  boolean keras() {
    return dialect.keras();
  }
}
