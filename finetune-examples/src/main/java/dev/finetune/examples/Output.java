package dev.finetune.examples;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Results on standard output: text, and with --json one JSON object as the last line. */
final class Output {

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--json",
      description = "Give the result as one JSON object in the last line of standard output.")
  private boolean json;

  void text(String text) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(text);
    out.flush();
  }

  void result(JsonNode result) {
    if (json) {
      text(result.toString());
    }
  }
}
