package dev.finetune.data;

import static com.google.common.base.Preconditions.checkArgument;

import dev.finetune.image.ColourRule;
import java.util.Optional;

/** Checks of how colours are read. */
final class ReadColours {

  private ReadColours() {}

  /**
   * Checks that images which cannot be read otherwise are read by a rule.
   *
   * @throws IllegalArgumentException if they are not, or it is not known
   */
  static void requireSame(ColourRule rule, Optional<ColourRule> known) {
    checkArgument(
        known.equals(Optional.of(rule)),
        "Images must come from a reader of files to be read with the colours %s, got images of an"
            + " application with %s colours",
        rule.notation(),
        known.map(ColourRule::notation).orElse("unknown"));
  }

  /**
   * Returns the rule of two datasets together; that of one if the other does not know its own.
   *
   * @throws IllegalArgumentException if the rules differ
   */
  static Optional<ColourRule> ofBoth(ImageSource first, ImageSource second) {
    Optional<ColourRule> known = first.colours().or(second::colours);
    checkArgument(
        second.colours().isEmpty() || second.colours().equals(known),
        "Both datasets must be read with the same colours, got %s and %s",
        known.map(ColourRule::notation).orElse(""),
        second.colours().map(ColourRule::notation).orElse(""));
    return known;
  }
}
