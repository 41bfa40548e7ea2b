package dev.finetune.examples;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints the help of a command. */
@Command(
    name = "help",
    description = "Print the help of a command.",
    footer = {"  " + Main.NAME + " help classify", "  " + Main.NAME + " help zoo verify"},
    helpCommand = true)
final class HelpCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..*",
      paramLabel = "COMMAND",
      description = "The command's name, with that of its subcommand (default: all commands).")
  private List<String> names = List.of();

  @Override
  public Integer call() {
    CommandLine command = spec.root().commandLine();
    for (String name : names) {
      CommandLine inner = command.getSubcommands().get(name);
      if (inner == null) {
        throw WrongCall.must("be one of " + command.getSubcommands().keySet(), name).of("COMMAND");
      }
      command = inner;
    }
    command.usage(spec.commandLine().getOut());
    return 0;
  }
}
