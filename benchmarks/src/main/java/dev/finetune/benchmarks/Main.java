package dev.finetune.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** JMH's command line, which prints a comparison of the contenders after JMH's own output. */
public final class Main {

  private Main() {}

  /** Runs the benchmarks that the arguments name. */
  public static void main(String[] args)
      throws RunnerException, CommandLineOptionException, IOException {
    if (Arrays.asList(args).contains("--help")) {
      System.out.println(
          "Usage: java -jar benchmarks.jar NAME [-p parameter=value,...]\n"
              + "Runs the benchmarks whose names contain NAME and compares the contenders. -h prints"
              + " JMH's options, -lp the values of all parameters.");
      org.openjdk.jmh.Main.main(new String[] {"-lp"});
      return;
    }
    CommandLineOptions options = new CommandLineOptions(args);
    if (Arrays.stream(args).anyMatch(a -> a.startsWith("-l") || a.equals("-h"))
        || options.shouldHelp()
        || options.shouldList()
        || options.shouldListProfilers()
        || options.shouldListResultFormats()
        || options.shouldListWithParams()) {
      org.openjdk.jmh.Main.main(args);
      return;
    }
    Path results = Files.createTempFile("finetune-benchmarks", ".tsv");
    try {
      new Runner(
              new OptionsBuilder()
                  .parent(options)
                  // Prepended: appended ones would replace those of the benchmarks.
                  .jvmArgsPrepend(prepended(options, results))
                  .build())
          .run();
      List<Measured> all = Files.readAllLines(results).stream().map(Measured::parse).toList();
      System.out.println(report(all));
    } finally {
      Files.delete(results);
    }
  }

  private static String[] prepended(CommandLineOptions options, Path results) {
    List<String> all = new ArrayList<>(options.getJvmArgsPrepend().orElse(Collections.emptyList()));
    all.add("-D" + Measured.FILE + "=" + results);
    return all.toArray(String[]::new);
  }

  /**
   * Returns a table for each contest: each contender against this library and against the floor.
   */
  static String report(List<Measured> all) {
    Map<String, List<Measured>> contests = new LinkedHashMap<>();
    all.forEach(m -> contests.computeIfAbsent(m.contest(), c -> new ArrayList<>()).add(m));
    StringBuilder text = new StringBuilder();
    contests.forEach(
        (contest, measured) -> {
          Optional<Measured> own = find(measured, "FINETUNE");
          Optional<Measured> floor = find(measured, "FLOOR");
          text.append("\n").append(contest).append("\n");
          text.append(
              String.format(
                  "| %-14s | %10s | %21s | %8s | %7s | %8s | %8s | %s |%n",
                  "contender",
                  "median s",
                  "least to most",
                  "times",
                  "GFLOP/s",
                  "of floor",
                  "peak MB",
                  "engine"));
          text.append("|---|---|---|---|---|---|---|---|\n");
          for (Measured m : measured) {
            text.append(row(m, own, floor));
          }
        });
    return text.toString();
  }

  private static Optional<Measured> find(List<Measured> measured, String contender) {
    return measured.stream().filter(m -> m.contender().equals(contender)).findFirst();
  }

  private static String row(Measured m, Optional<Measured> own, Optional<Measured> floor) {
    return String.format(
        Locale.ROOT,
        "| %-14s | %10.4f | %10.4f %10.4f | %8s | %7s | %8s | %8d | %s |%n",
        m.contender(),
        m.median(),
        m.seconds().stream().mapToDouble(Double::doubleValue).min().orElse(0),
        m.seconds().stream().mapToDouble(Double::doubleValue).max().orElse(0),
        own.map(o -> String.format(Locale.ROOT, "%.2f", m.median() / o.median())).orElse("-"),
        m.operations() > 0
            ? String.format(Locale.ROOT, "%.0f", m.operations() / m.median() / 1e9)
            : "-",
        floor
            .map(f -> String.format(Locale.ROOT, "%.0f %%", 100 * f.median() / m.median()))
            .orElse("-"),
        m.peakBytes() / 1_000_000,
        m.engine());
  }
}
