package dev.finetune.examples;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Help, version and completion. */
class HelpTest {

  @TempDir Path folder;

  /** Every command with its subcommands, as words. */
  static List<String> commands() {
    return commands(new CommandLine(new Main())).toList();
  }

  private static Stream<String> commands(CommandLine command) {
    String name = command.getCommandSpec().qualifiedName();
    return Stream.concat(
        Stream.of(name.substring(Main.NAME.length()).strip()),
        command.getSubcommands().values().stream().flatMap(HelpTest::commands));
  }

  private static String[] words(String command, String... more) {
    return Stream.concat(
            Arrays.stream(command.split(" ", -1)).filter(word -> !word.isEmpty()),
            Arrays.stream(more))
        .toArray(String[]::new);
  }

  @Test
  void should_have_these_commands() {
    assertThat(commands())
        .containsExactlyInAnyOrder(
            "",
            "demo",
            "train",
            "predict",
            "reproduce",
            "summary",
            "zoo",
            "zoo verify",
            "gtsrb",
            "gtsrb compare",
            "evaluate",
            "classify",
            "export",
            "features",
            "completion",
            "help");
  }

  @ParameterizedTest
  @MethodSource("commands")
  void should_help_with_every_command(String command) {
    Call asked = Call.of(words(command, "--help"));
    Call helped = Call.of(words("help " + command));

    assertThat(asked.exitCode()).isZero();
    assertThat(asked.err()).isEmpty();
    assertThat(asked.out())
        .startsWith("Usage: " + (Main.NAME + " " + command).strip() + " ")
        .contains("\nOptions:\n", "--version", "\nExit codes:\n")
        .contains("\nExamples:\n  ");
    assertThat(asked.out().substring(asked.out().indexOf("Examples:")))
        .contains((Main.NAME + (command.equals("help") ? " help" : " " + command)).strip());
    assertThat(helped.exitCode()).isZero();
    assertThat(helped.out()).isEqualTo(asked.out());
  }

  /** Flags and required options have no default; of the freezing options at most one is given. */
  @ParameterizedTest
  @MethodSource("commands")
  void should_describe_every_option_with_its_default(String command) {
    CommandLine found = new CommandLine(new Main());
    for (String word : words(command)) {
      found = requireNonNull(found.getSubcommands().get(word));
    }

    assertThat(found.getCommandSpec().usageMessage().description()).isNotEmpty();
    assertThat(found.getCommandSpec().usageMessage().footer()) // a broken example is no use
        .allMatch(line -> line.length() < 80);
    for (OptionSpec option : found.getCommandSpec().options()) {
      String description = String.join(" ", option.description());
      assertThat(description).as(option.longestName()).matches("[A-Z].*\\.");
      if (option.arity().min() > 0
          && !option.longestName().startsWith("--freeze")
          && !List.of("--layer", "--to", "--out").contains(option.longestName())
          && !(command.equals("evaluate") && option.longestName().equals("--data"))) {
        assertThat(description).as(option.longestName()).contains("(default: ");
      }
    }
  }

  @Test
  void should_tell_versions_engines_and_cpu() {
    Call call = Call.of("--version");

    assertThat(call.exitCode()).isZero();
    assertThat(call.out())
        .containsPattern("(?m)^finetune \\S+$")
        .containsPattern("(?m)^engine dl4j: Deeplearning4j .*ND4J")
        .containsPattern("(?m)^engine onednn: oneDNN 2\\.\\S+ \\(\\w+\\)$")
        .containsPattern("(?m)^CPU: \\S.*, \\d+ cores used$")
        .containsPattern("(?m)^Java " + Runtime.version().feature());
    assertThat(Call.of("summary", "--version").out()).isEqualTo(call.out());
  }

  @Test
  void should_tell_the_version_where_no_engine_is_available()
      throws IOException, InterruptedException {
    Call none = Call.process(".*/finetune-(onednn|dl4j)[-/].*", Map.of(), folder, "--version");
    Call withoutNatives =
        Call.process(
            ".*/(dnnl|opencl|nd4j-native)-.*(linux|macosx|windows).*\\.jar",
            Map.of(),
            folder,
            "--version");

    Call withoutBindings =
        Call.process(".*/(dnnl|javacpp)-[^/]*\\.jar", Map.of(), folder, "--version");

    assertThat(withoutBindings.exitCode()).as(withoutBindings.err()).isZero();
    assertThat(withoutBindings.out())
        .contains(
            "engine onednn: not available, its classes are not on the class path (",
            "add dev.finetune:finetune-onednn with its dependencies");
    assertThat(none.exitCode()).as(none.err()).isZero();
    assertThat(none.out())
        .contains("engines: none; add the dependency dev.finetune:finetune-onednn", "\nCPU: ");
    assertThat(withoutNatives.exitCode()).as(withoutNatives.err()).isZero();
    assertThat(withoutNatives.out())
        .contains("engine dl4j: not available, ", "engine onednn: not available, ", "\nCPU: ");
  }

  @Test
  void should_print_a_script_that_completes_commands_and_backbones()
      throws IOException, InterruptedException {
    Call call = Call.of("completion");
    Path script = folder.resolve("completion.sh");
    Files.writeString(script, call.out());

    assertThat(call.exitCode()).isZero();
    assertThat(bash("-n", script.toString())).isEmpty();
    assertThat(completed(script, "finetune-examples", "")).contains("gtsrb", "classify", "help");
    assertThat(completed(script, "finetune-examples", "fe")).containsExactly("features");
    assertThat(completed(script, "finetune-examples", "gtsrb", "--backbone", "resnet1"))
        .containsExactly("resnet18");
    assertThat(completed(script, "finetune-examples", "classify", "resnet3"))
        .containsExactly("resnet34");
    assertThat(completed(script, "finetune-examples", "gtsrb", "--engine", "o"))
        .containsExactly("onednn");
    assertThat(completed(script, "finetune-examples", "zoo", "--download"))
        .containsExactly("--download-cache");
  }

  /** Completes the last word as bash does, but for its built-in that works only then. */
  private static List<String> completed(Path script, String... words)
      throws IOException, InterruptedException {
    String quoted =
        Arrays.stream(words).map(w -> "'" + w + "'").reduce((a, b) -> a + " " + b).orElseThrow();
    return bash(
            "-c",
            "source "
                + script
                + "; compopt() { :; }; COMP_WORDS=("
                + quoted
                + "); COMP_CWORD="
                + (words.length - 1)
                + "; _complete_finetune-examples; printf '%s\\n' \"${COMPREPLY[@]}\"")
        .lines()
        .map(String::strip)
        .toList();
  }

  private static String bash(String... arguments) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(Stream.concat(Stream.of("bash"), Arrays.stream(arguments)).toList())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}
