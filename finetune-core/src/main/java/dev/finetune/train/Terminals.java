package dev.finetune.train;

import java.io.Console;
import java.lang.reflect.InvocationTargetException;

/** The detection of an interactive terminal. */
final class Terminals {

  private Terminals() {}

  /** Returns whether standard input and output are a terminal that supports escape sequences. */
  @SuppressWarnings("SystemConsoleNull") // isTerminal() handles JDK 22 and newer
  static boolean interactive() {
    Console console = System.console();
    String term = System.getenv("TERM");
    return console != null && term != null && !term.equals("dumb") && isTerminal(console);
  }

  /**
   * Since JDK 22, a console exists without a terminal too, and Console.isTerminal tells the
   * difference.
   */
  private static boolean isTerminal(Console console) {
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException e) {
      return true; // before JDK 22 a console is a terminal
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("Console.isTerminal cannot be called", e);
    }
  }
}
