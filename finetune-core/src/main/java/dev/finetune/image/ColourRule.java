package dev.finetune.image;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What reading an image file does with the colour profile in it. */
public enum ColourRule {
  /**
   * The profile is not applied: values are the stored ones. So do Keras and torchvision, whose
   * weights expect them.
   */
  STORED,
  /**
   * Values are converted from the profile to sRGB, as an image viewer does. Values without a
   * profile are taken as sRGB.
   */
  SRGB;

  /**
   * {@return the word for the rule in model files and on the command line, such as {@code srgb}}
   */
  public String notation() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * {@return the rule with a notation}
   *
   * @param text what {@link #notation} returns
   * @throws IllegalArgumentException if no rule has this notation
   */
  public static ColourRule parse(String text) {
    return Arrays.stream(values())
        .filter(rule -> rule.notation().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "colours must be "
                        + Arrays.stream(values())
                            .map(ColourRule::notation)
                            .collect(Collectors.joining(" or "))
                        + ", got "
                        + text));
  }
}
