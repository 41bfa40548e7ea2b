package dev.finetune.fuzz;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Fuzzes targets with Jazzer, each in a JVM of its own, and writes for each a log, the coverage of
 * classes, and a line in {@code summary.txt}.
 */
public final class Campaign {

  /** The inputs that were found, in a folder per target; from the folder of the repository. */
  static final Path CORPUS = Path.of("finetune-fuzz", "src", "test", "resources", "corpus");

  /** The packages whose branches guide the fuzzer. */
  private static final String GUIDES =
      "dev.finetune.**:com.twelvemonkeys.**:org.apache.commons.csv.**:io.jhdf.**"
          + ":com.fasterxml.jackson.core.**";

  /** The last line of a log with numbers, such as {@code #1000 DONE cov: 12 ft: 34 corp: 5/6b}. */
  private static final Pattern NUMBERS =
      Pattern.compile("#(\\d+)\\s+\\w+\\s+cov: (\\d+) ft: (\\d+)");

  /** The seconds that an input may take; more where other programs take the processors. */
  private static final int TIMEOUT = Integer.getInteger("finetune.fuzz.timeout", 5);

  private final Path results;
  private final long runs;

  private final long seconds;

  private Campaign(Path results, long runs, long seconds) {
    this.results = results;
    this.runs = runs;
    this.seconds = seconds;
  }

  /**
   * Runs.
   *
   * @param args the folder for the results, the number of inputs of each target, the seconds after
   *     which a target ends anyway (0: none), and the targets with commas between them (all if
   *     empty or absent)
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    Campaign campaign =
        new Campaign(
            Path.of(args[0]).toAbsolutePath(), Long.parseLong(args[1]), Long.parseLong(args[2]));
    String names = args.length > 3 ? args[3] : "";
    List<Target> targets =
        names.isBlank()
            ? List.of(Target.values())
            : Arrays.stream(names.split(",")).map(Target::valueOf).toList();
    boolean clean = true;
    for (Target target : targets) {
      clean &= campaign.run(target);
    }
    if (!clean) {
      System.exit(1);
    }
  }

  /** Returns whether nothing was found. */
  private boolean run(Target target) throws IOException, InterruptedException {
    Path folder = Files.createDirectories(results.resolve(target.folder()));
    Path grown = Files.createDirectories(folder.resolve("corpus"));
    Path seeds = Files.createDirectories(folder.resolve("seeds"));
    Path files = Files.createDirectories(folder.resolve("files"));
    int number = 0;
    for (byte[] seed : new Seeds(Path.of("")).of(target, files)) {
      Files.write(seeds.resolve("seed-" + number++), seed);
    }
    Path log = results.resolve(target.folder() + ".log");
    List<String> command = new ArrayList<>(jvm(target, files));
    command.addAll(
        List.of(
            "com.code_intelligence.jazzer.Jazzer",
            "--target_class=" + FuzzEntry.class.getName(),
            "--instrumentation_includes=" + GUIDES,
            // Listings and archives name files on purpose.
            "--disabled_hooks=com.code_intelligence.jazzer.sanitizers.FilePathTraversal",
            "--reproducer_path=" + folder,
            "--coverage_report=" + results.resolve(target.folder() + ".coverage.txt"),
            "-runs=" + runs,
            "-max_total_time=" + seconds,
            "-timeout=" + TIMEOUT,
            "-rss_limit_mb=4096",
            "-print_final_stats=1",
            "-artifact_prefix=" + folder + File.separator,
            grown.toString(),
            seeds.toString()));
    Path kept = CORPUS.resolve(target.folder());
    if (Files.isDirectory(kept)) {
      command.add(kept.toString());
    }
    int exit =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start()
            .waitFor();
    summarise(target, log, exit);
    return exit == 0;
  }

  private List<String> jvm(Target target, Path files) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx1g",
        "-XX:+UseSerialGC",
        "-Djava.awt.headless=true",
        "-Djava.io.tmpdir=" + files,
        "-Dfinetune.maxPixels=" + Reading.MOST_PIXELS,
        "-Dfinetune.fuzz.target=" + target,
        "-Dfinetune.fuzz.folder=" + files,
        "-Dorg.slf4j.simpleLogger.defaultLogLevel=off",
        "-cp",
        System.getProperty("java.class.path"));
  }

  private void summarise(Target target, Path log, int exit) throws IOException {
    Matcher numbers = NUMBERS.matcher(Files.readString(log));
    String last = "no numbers";
    for (MatchResult found : numbers.results().toList()) {
      last = "inputs " + found.group(1) + ", cov " + found.group(2) + ", ft " + found.group(3);
    }
    String line =
        target + ": " + last + (exit == 0 ? ", nothing found" : ", exit " + exit + ": " + log);
    System.out.println(line);
    Path summary = results.resolve("summary.txt");
    String before = Files.exists(summary) ? Files.readString(summary) : "";
    Files.writeString(summary, before + line + "\n");
  }
}
