package dev.finetune.zoo.weights;

import static com.google.common.base.Preconditions.checkNotNull;

/**
 * What the names of a network's tensors begin with in a file, for a file that has several networks.
 *
 * <pre>{@code
 * Zoo.resNet18Imagenet().weights(file, Prefix.of("student.backbone."))
 * }</pre>
 *
 * <p>In a PyTorch file the keys of nested dictionaries are parts of the names: the averaged weights
 * of a checkpoint of timm begin with {@code state_dict_ema.}. In a Keras file the prefix is the
 * name of the model in the model, such as {@code mobilenetv2_1.00_224/}.
 *
 * @param text the first characters of the names; empty for none
 */
public record Prefix(String text) {

  /**
   * Creates a prefix.
   *
   * @param text the first characters of the names; empty for none
   * @throws NullPointerException if {@code text} is null
   */
  public Prefix {
    checkNotNull(text, "text must not be null");
  }

  /**
   * Returns a prefix.
   *
   * @param text the first characters of the names; empty for none
   * @return the prefix
   */
  public static Prefix of(String text) {
    return new Prefix(text);
  }
}
