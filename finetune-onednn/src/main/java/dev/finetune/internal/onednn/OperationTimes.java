package dev.finetune.internal.onednn;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The time that programs spend in each operation. Safe for use by several threads. */
public final class OperationTimes {

  private final Map<String, Long> nanos = new LinkedHashMap<>();

  synchronized void add(String label, long time) {
    nanos.merge(label, time, Long::sum);
  }

  /** Returns a table of operations and their total times in milliseconds, the longest first. */
  public synchronized String report() {
    long total = nanos.values().stream().mapToLong(Long::longValue).sum();
    return String.format(Locale.ROOT, "%10.1f ms in total%n", total / 1e6)
        + nanos.entrySet().stream()
            .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
            .map(e -> String.format(Locale.ROOT, "%10.1f %s%n", e.getValue() / 1e6, e.getKey()))
            .collect(Collectors.joining());
  }
}
