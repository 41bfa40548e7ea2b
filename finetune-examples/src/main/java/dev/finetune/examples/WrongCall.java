package dev.finetune.examples;

import java.util.function.Supplier;
import picocli.CommandLine.TypeConversionException;

/**
 * An argument that breaks a rule; ends in exit code 2. Thrown by converters and by commands that
 * have looked at their arguments, before they read data or compute.
 */
final class WrongCall extends TypeConversionException {

  private static final long serialVersionUID = 1L;

  private WrongCall(String message) {
    super(message);
  }

  /** Creates the error about a rule, such as {@code be >= 1}, and what came. */
  static WrongCall must(String rule, Object got) {
    return new WrongCall(" must " + rule + ", got " + got);
  }

  /** Creates the error about an argument that the library refuses. */
  static WrongCall because(IllegalArgumentException refusal) {
    return new WrongCall(": " + refusal.getMessage());
  }

  /** Creates the error about arguments that the library refuses together, with its message. */
  static WrongCall together(IllegalArgumentException refusal) {
    WrongCall wrong = new WrongCall(String.valueOf(refusal.getMessage()));
    wrong.initCause(refusal);
    return wrong;
  }

  /** Returns a copy whose message begins with the name of the argument. */
  WrongCall of(String argument) {
    return new WrongCall(argument + getMessage());
  }

  /**
   * Builds a value of the library from arguments. Only for what is made of arguments alone: an
   * {@link IllegalArgumentException} that work throws is a fault, not a wrong call.
   *
   * @param argument the name of the argument to blame
   */
  static <T> T unlessBuilt(String argument, Supplier<T> value) {
    try {
      return value.get();
    } catch (IllegalArgumentException e) {
      throw because(e).of(argument);
    }
  }
}
