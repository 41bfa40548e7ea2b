package dev.finetune.train;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkNotNull;

import dev.finetune.annotation.Experimental;
import java.util.OptionalDouble;
import java.util.function.UnaryOperator;

/**
 * A linear probe: the last layer of the network is fitted to the outputs of the pretrained layers
 * before it, which do not change. It is multinomial logistic regression, fitted by L-BFGS until it
 * converges. There are no epochs and no learning rate.
 *
 * <p>The strength of its regularisation is chosen by cross-validation on the training images: the
 * one with the lowest loss. Images that look alike, such as frames of a film, must be in one fold:
 * see {@link #groups}.
 *
 * <pre>{@code
 * FineTune.from(backbone).probe(Probe.only()).train(train, valid, options); // in seconds
 * FineTune.from(backbone).freezeNone().probe(Probe.first()).train(train, valid, options);
 * }</pre>
 *
 * @param isOnly whether the training ends with the probe; otherwise steps follow that start from it
 * @param folds the number of folds, at least 2; at most the number of groups is used
 * @param groupOf returns the group of an image by its name
 * @param strength the inverse of the factor of the squared weights in the loss, as {@code C} in
 *     scikit-learn, for standardised features; empty to choose it
 */
@Experimental
public record Probe(
    boolean isOnly, int folds, UnaryOperator<String> groupOf, OptionalDouble strength) {

  private static final int FOLDS = 5;

  /**
   * Creates a probe.
   *
   * @param isOnly whether the training ends with the probe
   * @param folds the number of folds, at least 2
   * @param groupOf returns the group of an image by its name
   * @param strength over 0 and finite; empty to choose it
   * @throws IllegalArgumentException if a value is outside its range
   */
  public Probe {
    checkArgument(folds >= 2, "folds must be >= 2, got %s", folds);
    checkNotNull(groupOf, "groupOf must not be null");
    strength.ifPresent(
        value ->
            checkArgument(
                value > 0 && Double.isFinite(value),
                "strength must be > 0 and finite, got %s",
                value));
  }

  /** {@return a probe from which the training starts} */
  public static Probe first() {
    return new Probe(false, FOLDS, UnaryOperator.identity(), OptionalDouble.empty());
  }

  /**
   * {@return a probe that is the whole training} Of the training options it uses the cache, the
   * class weights, the seed and the observers. The history of the model has one epoch.
   */
  public static Probe only() {
    return new Probe(true, FOLDS, UnaryOperator.identity(), OptionalDouble.empty());
  }

  /**
   * {@return a copy with another number of folds}
   *
   * @param value at least 2
   * @throws IllegalArgumentException if the value is less than 2
   */
  public Probe folds(int value) {
    return new Probe(isOnly, value, groupOf, strength);
  }

  /**
   * {@return a copy with groups of images that stay in one fold} Without them, every image is a
   * group.
   *
   * @param value returns the group of an image by its name
   */
  public Probe groups(UnaryOperator<String> value) {
    return new Probe(isOnly, folds, value, strength);
  }

  /**
   * {@return a copy with a given strength, without cross-validation}
   *
   * @param value over 0 and finite
   * @throws IllegalArgumentException if the value is outside its range
   */
  public Probe strength(double value) {
    return new Probe(isOnly, folds, groupOf, OptionalDouble.of(value));
  }
}
