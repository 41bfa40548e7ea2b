package dev.finetune.recipe;

import static java.util.stream.Collectors.joining;

import com.google.common.base.Strings;
import com.google.common.collect.ImmutableList;
import dev.finetune.train.Trial;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Prints trials. */
final class TrialTable {

  private static final List<String> TITLES =
      List.of(
          "round",
          "candidate",
          "epochs",
          "seconds",
          "loss",
          "accuracy (95 % interval)",
          "verdict",
          "reason");

  private TrialTable() {}

  static String text(List<Trial> trials) {
    List<List<String>> rows =
        ImmutableList.<List<String>>builder()
            .add(TITLES)
            .addAll(trials.stream().map(TrialTable::cells).toList())
            .build();
    int[] widths =
        IntStream.range(0, TITLES.size())
            .map(column -> rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0))
            .toArray();
    return rows.stream()
        .map(
            row ->
                IntStream.range(0, row.size())
                    .mapToObj(column -> Strings.padEnd(row.get(column), widths[column], ' '))
                    .collect(joining("  "))
                    .stripTrailing())
        .map(line -> line + "\n")
        .collect(joining());
  }

  static String csv(List<Trial> trials) {
    return Stream.concat(Stream.of(TITLES), trials.stream().map(TrialTable::cells))
        .map(row -> row.stream().map(TrialTable::quoted).collect(joining(",")) + "\n")
        .collect(joining());
  }

  private static List<String> cells(Trial trial) {
    return List.of(
        Integer.toString(trial.round()),
        trial.candidate(),
        Integer.toString(trial.epochs()),
        String.format(Locale.ROOT, "%.1f", trial.seconds()),
        trial.loss().isPresent()
            ? String.format(Locale.ROOT, "%.4f", trial.loss().getAsDouble())
            : "",
        trial.accuracy(),
        trial.verdict().name().toLowerCase(Locale.ROOT),
        trial.reason());
  }

  private static String quoted(String cell) {
    return cell.chars().anyMatch(c -> c == ',' || c == '"')
        ? '"' + cell.replace("\"", "\"\"") + '"'
        : cell;
  }
}
