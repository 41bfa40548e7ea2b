package dev.finetune.report;

import java.awt.Font;
import java.awt.font.FontRenderContext;

/**
 * A check that Java finds a font to draw text with. Java takes its fonts from the operating system.
 */
final class Fonts {

  private Fonts() {}

  /**
   * Checks that a font is available.
   *
   * @throws IllegalStateException if there is none, as in a container with only a Java runtime
   */
  static void require() {
    try {
      new Font(Font.SANS_SERIF, Font.PLAIN, 11)
          .getStringBounds("a", new FontRenderContext(null, true, true));
    } catch (LinkageError | InternalError | RuntimeException e) {
      throw new IllegalStateException(
          "Drawing text requires a font, and Java found none. Install fontconfig and a font such"
              + " as DejaVu.",
          e);
    }
  }
}
