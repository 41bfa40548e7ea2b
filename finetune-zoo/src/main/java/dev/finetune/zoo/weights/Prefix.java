package dev.finetune.zoo.weights;

import static com.google.common.base.Preconditions.checkNotNull;

/**
 * The part of a weight file to read: the beginning of the tensor names, such as {@code
 * "student.backbone."}, or for Keras' formats the name of a nested model, such as {@code "first/"}.
 *
 * @param text the beginning of the names; empty for the whole file
 */
public record Prefix(String text) {

  /**
   * Creates a prefix.
   *
   * @param text the beginning of the names; empty for the whole file
   * @throws NullPointerException if {@code text} is null
   */
  public Prefix {
    checkNotNull(text, "text must not be null");
  }

  /**
   * Returns a prefix.
   *
   * @param text the beginning of the names; empty for the whole file
   * @return the prefix
   */
  public static Prefix of(String text) {
    return new Prefix(text);
  }
}
