package dev.finetune.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/** A Markdown table of means and sample standard deviations over seeds. */
final class RecipesSummary {

  private record Group(String condition, String backbone, String recipe) {
    static Group of(RecipeRow row) {
      return new Group(row.key().condition(), row.key().backbone(), row.key().recipe());
    }

    Group article() {
      return new Group(condition, backbone, RecipesExperiment.ARTICLE);
    }
  }

  private RecipesSummary() {}

  /**
   * Returns the table. The errors of a recipe are divided by those of the article's recipe over the
   * seeds that both have.
   */
  static String of(List<RecipeRow> rows) {
    Map<Group, List<RecipeRow>> groups = new LinkedHashMap<>();
    rows.forEach(row -> groups.computeIfAbsent(Group.of(row), g -> new ArrayList<>()).add(row));
    StringBuilder text =
        new StringBuilder(
            "| images | backbone | recipe | seeds | epochs | seconds | Valid, % | Test, % | test"
                + " errors, times article's | peak, GB |\n"
                + "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
    groups.forEach(
        (group, of) ->
            text.append(
                row(group, of, groups.getOrDefault(group.article(), List.<RecipeRow>of()))));
    return text.toString();
  }

  private static String row(Group group, List<RecipeRow> rows, List<RecipeRow> article) {
    List<RecipeRow> tested = rows.stream().filter(row -> row.test().isPresent()).toList();
    OptionalDouble times = times(tested, article);
    return String.format(
        Locale.ROOT,
        "| %s | %s | %s | %d | %.0f | %s | %s | %s | %s | %.2f |%n",
        group.condition(),
        group.backbone(),
        group.recipe(),
        rows.size(),
        mean(rows, RecipeRow::epochs),
        spread(rows, RecipeRow::seconds, 0),
        spread(rows, row -> 100 * row.valid(), 1),
        spread(tested, row -> 100 * (1 - error(row)), 2),
        times.isPresent() ? String.format(Locale.ROOT, "%.2f", times.getAsDouble()) : "",
        rows.stream().mapToLong(RecipeRow::peakBytes).max().orElse(0) / 1e9);
  }

  /** Returns the ratio of the errors; empty if there are none to divide by. */
  private static OptionalDouble times(List<RecipeRow> tested, List<RecipeRow> article) {
    double own = 0;
    double theirs = 0;
    for (RecipeRow row : tested) {
      Optional<RecipeRow> other =
          article.stream()
              .filter(a -> a.key().seed() == row.key().seed() && a.test().isPresent())
              .findFirst();
      if (other.isPresent()) {
        own += error(row);
        theirs += error(other.get());
      }
    }
    return theirs > 0 ? OptionalDouble.of(own / theirs) : OptionalDouble.empty();
  }

  private static double error(RecipeRow row) {
    return 1 - row.test().orElseThrow().share();
  }

  private static double mean(List<RecipeRow> rows, ToDoubleFunction<RecipeRow> value) {
    return rows.stream().mapToDouble(value).average().orElse(Double.NaN);
  }

  /** Returns mean and sample standard deviation; the mean alone of one row. */
  private static String spread(
      List<RecipeRow> rows, ToDoubleFunction<RecipeRow> value, int decimals) {
    if (rows.isEmpty()) {
      return "";
    }
    String number = "%." + decimals + "f";
    double mean = mean(rows, value);
    if (rows.size() == 1) {
      return String.format(Locale.ROOT, number, mean);
    }
    double squares = rows.stream().mapToDouble(value).map(v -> (v - mean) * (v - mean)).sum();
    return String.format(
        Locale.ROOT, number + " ± " + number, mean, Math.sqrt(squares / (rows.size() - 1)));
  }
}
