package dev.finetune.benchmarks;

import static com.google.common.base.Verify.verifyNotNull;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.finetune.FineTune;
import dev.finetune.FineTunedModel;
import dev.finetune.RecipePlan;
import dev.finetune.data.ImageDataset;
import dev.finetune.recipe.Recipe;
import dev.finetune.zoo.Zoo;
import dev.finetune.zoo.ZooBackbone;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * An experiment with the recipes: each trains on several kinds of images with several seeds. The
 * recipe of the article is also trained for as long as the recommended one took. Prints a row per
 * training as soon as it ends. Settings are never chosen by the test images, which only {@code
 * --test} uses.
 */
public final class RecipesExperiment {

  static final String ARTICLE = "article";

  private static final String RECOMMENDED = "recommended";
  private static final String ARTICLE_EQUAL_TIME = "article-equal-time";

  /** The names of the recipes that are compared by default, in the order of training. */
  static final List<String> RECIPES = List.of(RECOMMENDED, ARTICLE, ARTICLE_EQUAL_TIME, "probe");

  /** The names of all recipes, in the order of training. */
  static final List<String> ALL =
      ImmutableList.<String>builder().addAll(RECIPES).addAll(RecipeChange.names()).build();

  /** The weight file of each backbone. */
  static final ImmutableMap<String, String> WEIGHTS =
      ImmutableMap.of(
          "squeezenet", "squeezenet_weights_tf_dim_ordering_tf_kernels_notop.h5",
          "mobilenetv2", "mobilenet_v2_1.0_224_from_quantised.h5");

  /** More than any time limit allows. */
  private static final int UNLIMITED_EPOCHS = 1_000_000;

  private final RecipesArguments arguments;
  private final RecipeRows rows;
  private final List<String> failed = new ArrayList<>();

  private RecipesExperiment(RecipesArguments arguments) throws IOException {
    this.arguments = arguments;
    this.rows = new RecipeRows(arguments.out());
  }

  /**
   * Runs the experiment, or summarises its rows.
   *
   * @param args see {@link RecipesArguments#USAGE}
   */
  public static void main(String[] args) throws IOException {
    if (args.length == 2 && args[0].equals("--summary")) {
      System.out.print(RecipesSummary.of(new RecipeRows(Optional.of(Path.of(args[1]))).all()));
      return;
    }
    RecipesArguments arguments;
    try {
      arguments = RecipesArguments.parse(args);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage() + "\n\n" + RecipesArguments.USAGE);
      System.exit(2);
      return;
    }
    new RecipesExperiment(arguments).run();
  }

  private void run() throws IOException {
    System.out.println(RecipeRow.HEADER);
    // All conditions with one seed before the next: a run that is killed has compared them all.
    for (long seed : arguments.seeds()) {
      for (RecipeCondition condition : arguments.conditions()) {
        for (String backbone : arguments.backbones()) {
          for (String recipe : arguments.recipes()) {
            row(condition, key(condition, backbone, recipe, seed), recipe);
          }
        }
      }
    }
    if (!failed.isEmpty()) {
      throw new IllegalStateException("Trainings failed: " + String.join(", ", failed));
    }
  }

  private RecipeRow.Key key(RecipeCondition condition, String backbone, String recipe, long seed) {
    String suffix = arguments.epochs().isPresent() ? "@" + arguments.epochs().getAsInt() : "";
    return new RecipeRow.Key(condition.label(), backbone, recipe + suffix, seed);
  }

  private void row(RecipeCondition condition, RecipeRow.Key key, String recipe) throws IOException {
    Optional<RecipeRow> before = rows.find(key);
    if (before.isPresent() && (before.get().test().isPresent() || !arguments.test())) {
      System.out.println(before.get().line());
      return;
    }
    try {
      RecipeRow row = train(condition, key, recipe(condition, key, recipe));
      rows.add(row);
      System.out.println(row.line());
    } catch (RuntimeException e) {
      // The others can still be trained. Which one failed is part of the result.
      failed.add(key.toString());
      System.err.println(key + " failed");
      e.printStackTrace();
    }
  }

  /** Returns a recipe with its seed and the limits of this experiment. */
  private Recipe recipe(RecipeCondition condition, RecipeRow.Key key, String name) {
    if (!name.equals(ARTICLE_EQUAL_TIME)) {
      Recipe own =
          RecipeChange.parse(name)
              .orElseGet(() -> Recipe.parse(name))
              .with(o -> o.seed(key.seed()));
      return arguments.epochs().isPresent()
          ? own.with(o -> o.epochs(arguments.epochs().getAsInt()))
          : own;
    }
    RecipeRow.Key model = key(condition, key.backbone(), RECOMMENDED, key.seed());
    double seconds =
        rows.find(model)
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        name + " must come after " + RECOMMENDED + ", got no row of " + model))
            .seconds();
    // Its learning rate is constant, so with more epochs it is the same recipe trained longer.
    return Recipe.article()
        .with(o -> o.seed(key.seed()).epochs(UNLIMITED_EPOCHS).minutes(seconds / 60));
  }

  private RecipeRow train(RecipeCondition condition, RecipeRow.Key key, Recipe recipe)
      throws IOException {
    ImageDataset train = condition.train(arguments.gtsrb(), key.seed());
    ImageDataset valid = condition.valid(arguments.gtsrb(), key.seed());
    ZooBackbone backbone =
        Zoo.byName(key.backbone())
            .weights(arguments.weights().resolve(verifyNotNull(WEIGHTS.get(key.backbone()))));
    OptionalDouble estimated = estimate(backbone, train, valid, recipe);
    System.gc();
    PeakMemory.reset();
    long start = System.nanoTime();
    RecipePlan chosen = FineTune.from(backbone).plan(train, valid, recipe);
    System.err.println(key + "\n" + chosen.describe());
    try (FineTunedModel model = chosen.plan().train(train, valid, chosen.options())) {
      double seconds = (System.nanoTime() - start) / 1e9;
      // Before the test images, which are no part of the training.
      long peak = Measured.peakResident();
      long heap = PeakMemory.heapInUse();
      Optional<RecipeRow.Accuracy> test =
          arguments.test()
              ? Optional.of(
                  RecipeRow.Accuracy.of(model.evaluate(condition.test(arguments.gtsrb()))))
              : Optional.empty();
      return new RecipeRow(
          key,
          train.size(),
          train.classNames().size(),
          model.history().epochs().size(),
          model.history().end().name(),
          seconds,
          model.history().kept(chosen.options().keep()).validScore(),
          test,
          peak,
          heap,
          estimated);
    }
  }

  /** Predicts the duration of a training in seconds, if asked. */
  private OptionalDouble estimate(
      ZooBackbone backbone, ImageDataset train, ImageDataset valid, Recipe recipe) {
    if (!arguments.estimate()) {
      return OptionalDouble.empty();
    }
    RecipePlan chosen = FineTune.from(backbone).plan(train, valid, recipe);
    return OptionalDouble.of(chosen.plan().estimate(train, valid, chosen.options()).totalSeconds());
  }
}
