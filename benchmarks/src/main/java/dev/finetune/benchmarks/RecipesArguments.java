package dev.finetune.benchmarks;

import com.google.common.base.Splitter;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The arguments of {@link RecipesExperiment}.
 *
 * @param gtsrb the folder with {@code Train}, {@code Valid}, {@code Test} and {@code Test.csv}
 * @param weights the folder with the weight files
 * @param conditions which images to train on
 * @param backbones the names of the networks
 * @param recipes the names of the recipes
 * @param seeds the seeds
 * @param test whether to evaluate on the test images
 * @param estimate whether to predict the duration of each training before it
 * @param epochs the number of epochs instead of the recipe's own, to try the program
 * @param out the file to append rows to
 */
record RecipesArguments(
    Path gtsrb,
    Path weights,
    List<RecipeCondition> conditions,
    List<String> backbones,
    List<String> recipes,
    List<Long> seeds,
    boolean test,
    boolean estimate,
    OptionalInt epochs,
    Optional<Path> out) {

  static final String USAGE =
      "Usage: RecipesExperiment GTSRB WEIGHTS [options]\n"
          + "       RecipesExperiment --summary FILE\n"
          + "  --conditions LIST  of "
          + String.join(",", RecipeCondition.labels())
          + "\n"
          + "  --backbones LIST   of "
          + String.join(",", RecipesExperiment.WEIGHTS.keySet())
          + "\n"
          + "  --recipes LIST     of "
          + String.join(",", RecipesExperiment.ALL)
          + "\n"
          + "  --seeds LIST       each at least 1; 1,2,3 by default\n"
          + "  --test             evaluates on the test images too\n"
          + "  --estimate         predicts the duration of each training before it\n"
          + "  --epochs N         instead of the recipe's own, to try the program; named recipe@N\n"
          + "  --out FILE         appends the rows to a file, and skips those that it has\n"
          + "LISTs are separated by commas; without one, all, but none of the recipes with a colon:\n"
          + "these are recommended with one thing changed.\n";

  /** Reads the arguments. */
  static RecipesArguments parse(String[] args) {
    List<String> folders = new ArrayList<>();
    List<String> conditions = RecipeCondition.labels();
    List<String> backbones = RecipesExperiment.WEIGHTS.keySet().asList();
    List<String> recipes = RecipesExperiment.RECIPES;
    List<String> seeds = List.of("1", "2", "3");
    boolean test = false;
    boolean estimate = false;
    OptionalInt epochs = OptionalInt.empty();
    Optional<Path> out = Optional.empty();
    Deque<String> rest = new ArrayDeque<>(List.of(args));
    while (!rest.isEmpty()) {
      String argument = rest.removeFirst();
      switch (argument) {
        case "--conditions" -> conditions = list(argument, rest);
        case "--backbones" -> backbones = list(argument, rest);
        case "--recipes" -> recipes = list(argument, rest);
        case "--seeds" -> seeds = list(argument, rest);
        case "--test" -> test = true;
        case "--estimate" -> estimate = true;
        case "--epochs" -> epochs = OptionalInt.of(Integer.parseInt(value(argument, rest)));
        case "--out" -> out = Optional.of(Path.of(value(argument, rest)));
        default -> folders.add(argument);
      }
    }
    if (folders.size() != 2 || folders.stream().anyMatch(folder -> folder.startsWith("-"))) {
      throw new IllegalArgumentException("Two folders must be given, got " + folders);
    }
    return new RecipesArguments(
        Path.of(folders.get(0)),
        Path.of(folders.get(1)),
        conditions.stream().map(RecipeCondition::parse).toList(),
        known("backbone", backbones, RecipesExperiment.WEIGHTS.keySet().asList()),
        known("recipe", recipes, RecipesExperiment.ALL),
        seeds.stream().map(RecipesArguments::seed).toList(),
        test,
        estimate,
        epochs,
        out);
  }

  private static List<String> list(String option, Deque<String> rest) {
    return Splitter.on(',').splitToList(value(option, rest));
  }

  private static String value(String option, Deque<String> rest) {
    if (rest.isEmpty()) {
      throw new IllegalArgumentException(option + " must have a value");
    }
    return rest.removeFirst();
  }

  private static List<String> known(String what, List<String> names, List<String> all) {
    for (String name : names) {
      if (!all.contains(name)) {
        throw new IllegalArgumentException(
            "A " + what + " must be one of " + all + ", got " + name);
      }
    }
    // In the order of all: another recipe's time limit may depend on an earlier one.
    return all.stream().filter(names::contains).toList();
  }

  private static long seed(String text) {
    long seed = Long.parseLong(text);
    if (seed < 1) {
      // Seed 0 is that of the generated test images.
      throw new IllegalArgumentException("A seed must be >= 1, got " + seed);
    }
    return seed;
  }
}
