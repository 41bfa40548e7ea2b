package dev.finetune.internal.onednn;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Where the time of programs goes, by operation. */
public final class OperationTimes {

  private final Map<String, Long> nanos = new LinkedHashMap<>();

  synchronized void add(String label, long time) {
    nanos.merge(label, time, Long::sum);
  }

  /** A table, the longest first, in milliseconds. */
  public synchronized String report() {
    long total = nanos.values().stream().mapToLong(Long::longValue).sum();
    return String.format(Locale.ROOT, "%10.1f ms in all%n", total / 1e6)
        + nanos.entrySet().stream()
            .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
            .map(e -> String.format(Locale.ROOT, "%10.1f %s%n", e.getValue() / 1e6, e.getKey()))
            .collect(Collectors.joining());
  }
}
