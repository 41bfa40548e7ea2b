package dev.finetune.internal.training;

import static com.google.common.base.Preconditions.checkArgument;

import dev.finetune.image.ColourRule;
import java.util.Optional;

/** The check that a network sees images whose colours were read by one rule. */
public final class SameColours {

  private SameColours() {}

  /**
   * Checks that two rules are the same. A rule that is not known is not checked.
   *
   * @param who what must have the rule, such as {@code The validation images}
   * @param whose whose rule it must have, such as {@code the training images}
   * @throws IllegalArgumentException if the rules differ
   */
  public static void require(
      String who, Optional<ColourRule> rule, String whose, Optional<ColourRule> expected) {
    checkArgument(
        rule.isEmpty() || expected.isEmpty() || rule.equals(expected),
        "%s must be read with the colours of %s, %s, got %s; withColours changes those of a dataset",
        who,
        whose,
        expected.map(ColourRule::notation).orElse(""),
        rule.map(ColourRule::notation).orElse(""));
  }
}
