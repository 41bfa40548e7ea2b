package dev.finetune.examples;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The results on standard output: text and, with --json, a JSON object as the last line. */
final class Output {

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--json",
      description = "Print the result as a JSON object too, in the last line of standard output.")
  private boolean json;

  /** Prints text. */
  void text(String text) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(text);
    out.flush();
  }

  /** Prints the result as JSON if the option is given. Nothing may be printed after it. */
  void result(JsonNode result) {
    if (json) {
      text(result.toString());
    }
  }
}
