package dev.finetune.examples;

import dev.finetune.FineTune;
import dev.finetune.engine.Availability;
import dev.finetune.engine.Engine;
import dev.finetune.engine.EngineException;
import dev.finetune.engine.EngineOptions;
import dev.finetune.engine.Engines;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import picocli.CommandLine.IVersionProvider;

/** The text of {@code --version}: library, engines, CPU, Java. */
final class VersionReport implements IVersionProvider {

  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  @Override
  public String[] getVersion() {
    List<String> lines = new ArrayList<>();
    lines.add("finetune " + FineTune.version());
    lines.addAll(engines());
    lines.add("CPU: " + cpu() + ", " + EngineOptions.defaults().threads() + " cores used");
    lines.add(
        "Java "
            + Runtime.version()
            + " ("
            + System.getProperty("java.vm.name")
            + "), "
            + System.getProperty("os.name")
            + " "
            + System.getProperty("os.arch"));
    return lines.toArray(String[]::new);
  }

  private static List<String> engines() {
    try {
      List<String> lines = Engines.all().stream().map(VersionReport::engine).toList();
      return lines.isEmpty()
          ? List.of("engines: none; add the dependency dev.finetune:finetune-onednn")
          : lines;
    } catch (EngineException | LinkageError e) {
      return List.of("engines: none; " + e.getMessage());
    }
  }

  /** An engine may fail in any way when it loads its native code. */
  private static String engine(Engine engine) {
    String state;
    try {
      Availability availability = engine.availability();
      state =
          availability.computes() ? engine.describe() : "not available, " + availability.reason();
    } catch (RuntimeException | LinkageError e) {
      state = "not available, " + e;
    }
    return "engine " + engine.name() + ": " + state;
  }

  private static String cpu() {
    if (Files.isReadable(CPU_INFO)) {
      try (Stream<String> lines = Files.lines(CPU_INFO)) {
        return lines
            .filter(line -> line.startsWith("model name"))
            .map(line -> line.substring(line.indexOf(':') + 1).strip())
            .findFirst()
            .orElseGet(VersionReport::architecture);
      } catch (IOException | UncheckedIOException e) {
        return architecture();
      }
    }
    return architecture();
  }

  /** Windows names the CPU in the environment. */
  private static String architecture() {
    return Objects.requireNonNullElse(
        System.getenv("PROCESSOR_IDENTIFIER"), System.getProperty("os.arch", "unknown"));
  }
}
