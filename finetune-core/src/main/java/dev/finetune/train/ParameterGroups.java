package dev.finetune.train;

import dev.finetune.annotation.Experimental;
import java.util.Map;

/**
 * The assignment of parameters to groups with their own learning rates, for example lower ones for
 * earlier layers. Implementations are immutable.
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
}
