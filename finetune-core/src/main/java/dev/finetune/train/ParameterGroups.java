package dev.finetune.train;

import dev.finetune.annotation.Experimental;
import java.util.Map;

/**
 * The assignment of parameters to groups with their own learning rates, for example lower ones for
 * earlier layers. Implementations are immutable.
 *
 * <pre>{@code
 * TrainOptions.defaults().groups(noDecayForBiasesAndNorms().and(stages(0.5)))
 * }</pre>
 */
@Experimental
public interface ParameterGroups {

  /** {@return the name for reports and provenance, such as {@code same}} */
  String name();

  /** {@return all settings by name, enough to create the groups again} */
  Map<String, Double> settings();

  /**
   * {@return the group of a parameter} Called once for each parameter before the first step.
   *
   * @param place the position of the parameter in the network
   */
  ParameterGroup of(ParameterPlace place);

  /** {@return groups in which all parameters learn in the same way} */
  static ParameterGroups same() {
    return SameGroups.INSTANCE;
  }

  /**
   * {@return groups in which only kernels have weight decay: biases and the factors and constants
   * of normalisations do not} They are few, and pulling them to zero is no regularisation (T. He et
   * al., "Bag of Tricks for Image Classification with Convolutional Neural Networks", CVPR 2019,
   * section 3.1).
   */
  static ParameterGroups noDecayForBiasesAndNorms() {
    return KernelDecay.INSTANCE;
  }

  /**
   * {@return groups in which earlier stages of the backbone learn more slowly} The layers after the
   * last stage, such as the head, have the whole learning rate, the last stage has {@code factor}
   * of it, the stage before it {@code factor} squared, and so on (J. Howard, S. Ruder, "Universal
   * Language Model Fine-tuning for Text Classification", ACL 2018, section 3.2, with a factor of 1
   * / 2.6). In a backbone without stages, all layers have the whole learning rate.
   *
   * @param factor the learning rate of a stage divided by that of the next one, in (0, 1]
   * @throws IllegalArgumentException if {@code factor} is outside its range
   */
  static ParameterGroups stages(double factor) {
    return new StageRates(factor);
  }

  /**
   * {@return groups with the product of the factors of both}
   *
   * @param other the groups to combine with these
   */
  default ParameterGroups and(ParameterGroups other) {
    return new BothGroups(this, other);
  }

  /**
   * Parses the notation of the command line: {@code same}, {@code no-decay-for-biases-and-norms},
   * {@code stages:FACTOR}, or several with commas between them.
   *
   * @param notation the notation, such as {@code no-decay-for-biases-and-norms,stages:0.5}
   * @return the groups
   * @throws IllegalArgumentException if the notation is invalid
   */
  static ParameterGroups parse(String notation) {
    return GroupsNotation.parse(notation);
  }

  /**
   * {@return the notation of groups} {@link #parse} returns equal groups.
   *
   * @param groups groups of this package
   * @throws IllegalArgumentException if they are an application's own
   */
  static String notation(ParameterGroups groups) {
    return GroupsNotation.of(groups);
  }
}
