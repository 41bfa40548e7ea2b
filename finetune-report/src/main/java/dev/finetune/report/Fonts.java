package dev.finetune.report;

import java.awt.Font;
import java.awt.font.FontRenderContext;

/** Whether this Java can write text into a picture; it takes its fonts from the system. */
final class Fonts {

  private Fonts() {}

  /**
   * Requires a font.
   *
   * @throws IllegalStateException if there is none, as in containers with nothing but a Java
   */
  static void require() {
    try {
      new Font(Font.SANS_SERIF, Font.PLAIN, 11)
          .getStringBounds("a", new FontRenderContext(null, true, true));
    } catch (LinkageError | InternalError | RuntimeException e) {
      throw new IllegalStateException(
          "Pictures need a font, and this Java finds none. Install fontconfig and one such as"
              + " DejaVu.",
          e);
    }
  }
}
