package dev.finetune.examples;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints a script with which a shell completes commands and options. */
@Command(
    name = "completion",
    description = {
      "Print a script that completes commands, options and backbones in bash and zsh.",
      "It needs " + Main.NAME + " as a command of the shell, such as an alias."
    },
    footer = {
      "  alias " + Main.NAME + "='java -jar /path/to/finetune-examples.jar'",
      "  source <(" + Main.NAME + " completion)"
    })
final class CompletionCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    spec.commandLine()
        .getOut()
        .print(AutoComplete.bash(spec.root().name(), spec.root().commandLine()));
    spec.commandLine().getOut().flush();
    return 0;
  }
}
