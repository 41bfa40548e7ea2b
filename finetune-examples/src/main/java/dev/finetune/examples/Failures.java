package dev.finetune.examples;

import dev.finetune.data.DatasetException;
import dev.finetune.weights.WeightsException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Reports errors on standard error and chooses the exit code. */
final class Failures {

  private static final String PICOCLI_PREFIX = "Error: ";

  private Failures() {}

  /** Reports a wrong call, with the synopsis and a hint. */
  static int calledWrongly(ParameterException e, String[] args) {
    return calledWrongly(e.getCommandLine(), message(e), e);
  }

  private static int calledWrongly(CommandLine command, String message, Exception e) {
    PrintWriter err = command.getErr();
    print(err, message);
    if (e instanceof UnmatchedArgumentException unmatched) {
      UnmatchedArgumentException.printSuggestions(unmatched, err);
    }
    CommandLine.Help help = command.getHelp();
    err.print(help.synopsisHeading() + help.synopsis(help.synopsisHeadingLength()));
    err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help' for more.");
    return command.getCommandSpec().exitCodeOnInvalidInput();
  }

  /** A converter does not know the name of its argument, so that is added here. */
  private static String message(ParameterException e) {
    ArgSpec argument = e.getArgSpec();
    if (e.getCause() instanceof WrongCall wrong && argument != null) {
      return String.valueOf(wrong.of(name(argument)).getMessage());
    }
    String message = String.valueOf(e.getMessage());
    return message.startsWith(PICOCLI_PREFIX)
        ? message.substring(PICOCLI_PREFIX.length())
        : message;
  }

  private static String name(ArgSpec argument) {
    return argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
  }

  /**
   * Reports a failure. What depends on the outside world takes a message; anything else is a fault
   * of this program and is reported with its stack trace.
   */
  static int failed(Exception e, CommandLine command, ParseResult parsed) {
    if (e instanceof WrongCall) {
      return calledWrongly(command, String.valueOf(e.getMessage()), e);
    }
    if (e instanceof SearchStopped stopped) {
      print(command.getErr(), String.valueOf(stopped.getMessage()));
      return stopped.exitCode();
    }
    Optional<String> outside = outside(e);
    if (outside.isPresent()) {
      print(command.getErr(), outside.get());
    } else {
      print(command.getErr(), "This is a fault in finetune; please report it with this trace:");
      e.printStackTrace(command.getErr());
    }
    return command.getCommandSpec().exitCodeOnExecutionException();
  }

  /** Engines, diverged trainings and memory limits are reported as illegal states. */
  private static Optional<String> outside(Throwable e) {
    if (e instanceof UncheckedIOException && e.getCause() != null) {
      return outside(e.getCause());
    }
    if (e instanceof FileSystemException file && file.getReason() == null) {
      return Optional.of(file.getFile() + ": " + reason(file));
    }
    return e instanceof IOException
            || e instanceof DatasetException
            || e instanceof WeightsException
            || e instanceof IllegalStateException
        ? Optional.of(String.valueOf(e.getMessage()))
        : Optional.empty();
  }

  /** The JDK often gives the file alone. */
  private static String reason(FileSystemException e) {
    if (e instanceof NoSuchFileException) {
      return "no such file or directory";
    } else if (e instanceof AccessDeniedException) {
      return "permission denied";
    } else if (e instanceof FileAlreadyExistsException) {
      return "the file exists already";
    } else if (e instanceof NotDirectoryException) {
      return "not a directory";
    } else if (e instanceof DirectoryNotEmptyException) {
      return "the directory is not empty";
    }
    return e.getClass().getSimpleName();
  }

  /** Prints a message behind the name of the program. */
  static void print(PrintWriter err, String message) {
    err.println(Main.NAME + ": " + message);
  }
}
