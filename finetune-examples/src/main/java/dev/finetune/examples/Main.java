package dev.finetune.examples;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line: exit code 0 for done, 1 for failed, 2 for called wrongly. */
@Command(
    name = "finetune-examples",
    description = "Transfer learning on the command line.",
    mixinStandardHelpOptions = true,
    version = "finetune 0.1.0-SNAPSHOT",
    subcommands = {
      DemoCommand.class,
      SummaryCommand.class,
      ZooCommand.class,
      GtsrbCommand.class,
      EvaluateCommand.class,
      ClassifyCommand.class,
      ExportCommand.class,
      FeaturesCommand.class
    })
public final class Main implements Runnable {

  @Spec private CommandSpec spec;

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] args) {
    System.exit(run(args));
  }

  /** Runs a command and gives its exit code. */
  static int run(String... args) {
    System.setProperty("java.awt.headless", "true");
    letNativeMemoryGrow();
    return new CommandLine(new Main())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(Main::failed)
        .execute(args);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Name a command");
  }

  /** What a user can cause is told in its own words; anything else is a fault, with its trace. */
  private static int failed(
      Exception e, CommandLine commandLine, CommandLine.ParseResult parseResult) {
    PrintWriter err = commandLine.getErr();
    if (e instanceof UncheckedIOException unchecked) {
      // Its constructors require a cause.
      err.println("finetune: " + requireNonNull(unchecked.getCause()).getMessage());
    } else if (e instanceof IOException
        || e instanceof IllegalArgumentException
        || e instanceof IllegalStateException) {
      err.println("finetune: " + e.getMessage());
    } else {
      e.printStackTrace(err);
    }
    return 1;
  }

  /**
   * JavaCPP bounds native memory by the heap's limit, a quarter of the machine; a VGG16 wants more.
   * Read when ND4J loads, so it is set before; what the user sets stays.
   */
  private static void letNativeMemoryGrow() {
    long machine =
        ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
            .getTotalMemorySize();
    setUnlessSet("org.bytedeco.javacpp.maxbytes", machine * 8 / 10);
    setUnlessSet("org.bytedeco.javacpp.maxphysicalbytes", machine * 9 / 10);
  }

  private static void setUnlessSet(String property, long value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, String.valueOf(value));
    }
  }
}
