package dev.finetune.examples;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Writes lines of CSV files as RFC 4180 defines them. */
final class Csv {

  private static final String LINE_END = "\r\n";

  private Csv() {}

  /** Returns a line with its end. */
  static String line(List<String> values) {
    return values.stream().map(Csv::quoted).collect(Collectors.joining(",", "", LINE_END));
  }

  /** Returns a number with six decimals. */
  static String number(double value) {
    return String.format(Locale.ROOT, "%.6f", value);
  }

  private static String quoted(String value) {
    boolean plain =
        value.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r')
            && value.strip().equals(value);
    return plain ? value : '"' + value.replace("\"", "\"\"") + '"';
  }
}
