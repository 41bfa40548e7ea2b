package dev.finetune.train;

import java.util.Map;

/**
 * Says how fast each parameter learns beside the others, such as more slowly the earlier its layer
 * is. Implementations are immutable.
 */
public interface ParameterGroups {

  /** Returns their name in reports and provenance, such as {@code same}. */
  String name();

  /** Returns all their settings by name: what is needed to make them again. */
  Map<String, Double> settings();

  /** Returns the group of a parameter. Called once for each before the first step. */
  ParameterGroup of(ParameterPlace place);

  /** Returns the groups in which all parameters learn in the same way. */
  static ParameterGroups same() {
    return SameGroups.INSTANCE;
  }
}
