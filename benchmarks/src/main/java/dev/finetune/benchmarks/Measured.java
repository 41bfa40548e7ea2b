package dev.finetune.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The results of a contender, which a fork writes and {@link Main} compares.
 *
 * @param contest the name of the comparison
 * @param contender the name of the implementation that was measured
 * @param seconds the time of each measured run
 * @param operations the multiplications and additions of a run; 0 if not counted
 * @param peakBytes the peak resident memory of the process on Linux; 0 elsewhere
 * @param engine the library that computed, or another remark
 */
record Measured(
    String contest,
    String contender,
    List<Double> seconds,
    double operations,
    long peakBytes,
    String engine) {

  /** The system property that names the file that forks write to. */
  static final String FILE = "finetune.benchmarks.results";

  /** Returns the median of the times. */
  double median() {
    double[] sorted = seconds.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** Returns the peak resident memory of this process in bytes; 0 where there is no /proc. */
  static long peakResident() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return 0;
    }
    try (Stream<String> lines = Files.lines(status)) {
      return lines
          .filter(l -> l.startsWith("VmHWM"))
          .mapToLong(l -> 1024 * Long.parseLong(l.replaceAll("\\D", "")))
          .findFirst()
          .orElse(0);
    }
  }

  /** Prints the results, and appends them to the file if there is one. */
  void write() throws IOException {
    String line =
        String.join(
            "\t",
            contest,
            contender,
            String.join(
                ",", seconds.stream().map(s -> String.format(Locale.ROOT, "%.6f", s)).toList()),
            String.valueOf(operations),
            String.valueOf(peakBytes),
            engine);
    String file = System.getProperty(FILE);
    if (file != null) {
      Files.writeString(Path.of(file), line + "\n", StandardOpenOption.APPEND);
    }
    System.out.println("\n" + line);
  }

  /** Reads a line of the file. */
  static Measured parse(String line) {
    String[] fields = line.split("\t", -1);
    return new Measured(
        fields[0],
        fields[1],
        Arrays.stream(fields[2].split(",", -1)).map(Double::valueOf).toList(),
        Double.parseDouble(fields[3]),
        Long.parseLong(fields[4]),
        fields[5]);
  }
}
