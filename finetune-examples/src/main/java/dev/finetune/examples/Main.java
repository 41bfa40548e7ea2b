package dev.finetune.examples;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The top-level command. Its help options, version and headings hold for all commands. */
@Command(
    name = Main.NAME,
    description = {
      "Transfer learning on the command line: train, test, use and inspect image classifiers.",
      "",
      Main.NAME + " stands for java -jar finetune-examples/target/finetune-examples.jar."
    },
    footer = {"  " + Main.NAME + " demo", "  " + Main.NAME + " help gtsrb compare"},
    scope = ScopeType.INHERIT,
    mixinStandardHelpOptions = true,
    versionProvider = VersionReport.class,
    descriptionHeading = "%n",
    parameterListHeading = "%nParameters:%n",
    optionListHeading = "%nOptions:%n",
    commandListHeading = "%nCommands:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      " 0:Done.",
      " 1:Failed, for example because a file is missing or damaged.",
      " 2:Called wrongly."
    },
    footerHeading = "%nExamples:%n",
    subcommands = {
      DemoCommand.class,
      TrainCommand.class,
      SummaryCommand.class,
      ZooCommand.class,
      GtsrbCommand.class,
      EvaluateCommand.class,
      PredictCommand.class,
      ClassifyCommand.class,
      ReproduceCommand.class,
      ExportCommand.class,
      FeaturesCommand.class,
      CompletionCommand.class,
      HelpCommand.class
    })
public final class Main implements Callable<Integer> {

  static final String NAME = "finetune-examples";

  @Spec private CommandSpec spec;

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] args) {
    System.exit(run(args));
  }

  /** Runs a command and returns its exit code. */
  static int run(String... args) {
    System.setProperty("java.awt.headless", "true");
    letNativeMemoryGrow();
    return new CommandLine(new Main())
        .registerConverter(Path.class, Converters::path)
        .setExecutionStrategy(Main::execute)
        .setParameterExceptionHandler(Failures::calledWrongly)
        .setExecutionExceptionHandler(Failures::failed)
        .execute(args);
  }

  /** Prints the usage, as no command is named. */
  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return spec.exitCodeOnInvalidInput();
  }

  private static int execute(ParseResult parsed) {
    // picocli accepts everything where --help is given: the help of a command that does not exist.
    if (!parsed.unmatched().isEmpty()) {
      throw new CommandLine.UnmatchedArgumentException(
          parsed.commandSpec().commandLine(), parsed.unmatched());
    }
    for (ParseResult outer = parsed; outer.hasSubcommand(); outer = outer.subcommand()) {
      requireNoOptions(outer);
    }
    return new CommandLine.RunLast().execute(parsed);
  }

  /** An option of the outer command would have no effect on the inner one. */
  private static void requireNoOptions(ParseResult outer) {
    for (OptionSpec option : outer.matchedOptions()) {
      if (!option.usageHelp() && !option.versionHelp()) {
        throw new CommandLine.ParameterException(
            outer.subcommand().commandSpec().commandLine(),
            "Options must come after the command's name, got "
                + option.longestName()
                + " before "
                + outer.subcommand().commandSpec().name());
      }
    }
  }

  /**
   * Lets native memory take most of the machine's, unless the user has set a limit. JavaCPP's
   * default is the heap's limit, a quarter of the machine, and VGG16 needs more. JavaCPP reads the
   * limits when it is loaded.
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
