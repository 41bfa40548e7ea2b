package dev.finetune.train;

import com.google.common.base.Splitter;
import dev.finetune.annotation.Experimental;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The weights of the classes: the loss of a training image is multiplied by the weight of its
 * class, as with {@code class_weight} in Keras. Implementations are immutable.
 *
 * <pre>{@code
 * TrainOptions.defaults().classWeights(ClassWeights.of(Map.of("rare", 5.0)))
 * }</pre>
 */
@Experimental
public interface ClassWeights {

  /** {@return the name for reports and provenance, such as {@code balanced}} */
  String name();

  /** {@return all settings by name, enough to create the weights again} */
  Map<String, Double> settings();

  /**
   * {@return the weight of each class, at least 0 and finite}
   *
   * @param classNames the names of the classes
   * @param labels the labels of the training images, each an index into the classes
   * @throws IllegalArgumentException if these weights do not fit the classes
   */
  double[] weights(List<String> classNames, int[] labels);

  /** {@return the weight 1 for every class} */
  static ClassWeights none() {
    return NoClassWeights.INSTANCE;
  }

  /**
   * {@return weights with which every class has the same total weight} With n images, k classes and
   * n_c images of a class, its weight is n / (k * n_c), as with {@code class_weight="balanced"} in
   * scikit-learn. Every class must have a training image.
   */
  static ClassWeights balanced() {
    return BalancedClassWeights.INSTANCE;
  }

  /**
   * {@return given weights} Classes without a weight have 1, as in Keras.
   *
   * @param weights the weights by class name, at least 0 and finite
   * @throws IllegalArgumentException if a weight is outside its range
   */
  static ClassWeights of(Map<String, Double> weights) {
    return new NamedClassWeights(weights);
  }

  /**
   * Parses the notation of the command line: {@code none}, {@code balanced}, or weights by class
   * name such as {@code cat=1,dog=2.5}.
   *
   * @param notation the notation
   * @return the weights
   * @throws IllegalArgumentException if the notation is invalid or a weight is outside its range
   */
  static ClassWeights parse(String notation) {
    if (notation.equals(none().name())) {
      return none();
    } else if (notation.equals(balanced().name())) {
      return balanced();
    }
    Map<String, Double> weights = new LinkedHashMap<>();
    for (String part : Splitter.on(',').trimResults().split(notation)) {
      int equals = part.lastIndexOf('=');
      try {
        if (equals > 0
            && weights.put(part.substring(0, equals), Double.valueOf(part.substring(equals + 1)))
                == null) {
          continue;
        }
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            "The weight of a class must be a number, got \"" + part + "\"", e);
      }
      throw new IllegalArgumentException(
          "Class weights must be none, balanced or CLASS=WEIGHT,CLASS=WEIGHT,..., got \""
              + notation
              + "\"");
    }
    return of(weights);
  }

  /**
   * {@return the notation of weights} {@link #parse} returns equal weights.
   *
   * @param weights weights of this package
   * @throws IllegalArgumentException if they are an application's own
   */
  static String notation(ClassWeights weights) {
    if (weights instanceof NamedClassWeights named) {
      return named.settings().entrySet().stream()
          .map(entry -> entry.getKey() + "=" + entry.getValue())
          .collect(Collectors.joining(","));
    }
    if (weights.equals(none()) || weights.equals(balanced())) {
      return weights.name();
    }
    throw new IllegalArgumentException(
        "Only the class weights of this library have a notation, got " + weights.name());
  }
}
