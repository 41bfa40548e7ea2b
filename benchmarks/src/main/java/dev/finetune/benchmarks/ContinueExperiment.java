package dev.finetune.benchmarks;

import static com.google.common.base.Verify.verifyNotNull;
import static dev.finetune.head.HeadLayers.batchNorm;
import static dev.finetune.head.HeadLayers.dense;
import static dev.finetune.head.HeadLayers.dropout;
import static dev.finetune.train.Adam.adam;

import dev.finetune.FineTune;
import dev.finetune.FineTunedModel;
import dev.finetune.data.ImageDataset;
import dev.finetune.data.Shuffle;
import dev.finetune.datasets.ClassFolders;
import dev.finetune.datasets.Gtsrb;
import dev.finetune.evaluate.Evaluation;
import dev.finetune.train.FeatureCache;
import dev.finetune.train.Keep;
import dev.finetune.train.Sampling;
import dev.finetune.train.TrainOptions;
import dev.finetune.zoo.Zoo;
import dev.finetune.zoo.ZooBackbone;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * An experiment with continued models: SqueezeNet is trained on photographed signs of 38 classes
 * and continued with five more, without and with old images, against training on all classes at
 * once. The settings of each way are chosen on the validation images with the first seed. Prints a
 * table of accuracies on the test images.
 */
public final class ContinueExperiment {

  private static final int SIDE = 96;
  private static final int NEW_CLASSES = 5;
  private static final int EPOCHS = 20;
  private static final double RATE = 3e-4;
  private static final String STEM = "fire6/concat";

  /** A way to continue the model. */
  private record Way(
      String name,
      List<Choice> choices,
      UnaryOperator<TrainOptions> options,
      UnaryOperator<FineTune> replay) {}

  /** The settings of a continued training. */
  private record Choice(boolean headOnly, double rate) {
    @Override
    public String toString() {
      return (headOnly ? "head only" : "as the first model")
          + String.format(Locale.ROOT, ", %.0e", rate);
    }

    FineTune apply(FineTune continued) {
      return headOnly ? continued.freezeAll() : continued.freezeUpTo(STEM);
    }
  }

  private static final List<Choice> CHOICES =
      List.of(
          new Choice(true, 3e-4),
          new Choice(true, 1e-4),
          new Choice(true, 3e-5),
          new Choice(false, 3e-4),
          new Choice(false, 1e-4),
          new Choice(false, 3e-5));

  private final ZooBackbone backbone;
  private final FeatureCache cache;
  private final ImageDataset train;
  private final ImageDataset valid;
  private final ImageDataset test;
  private final List<String> added;
  private final List<String> old;

  private ContinueExperiment(Path data, Path cache) throws IOException {
    this.backbone =
        Zoo.byName("squeezenet")
            .weights(data.resolve("weights/squeezenet_weights_tf_dim_ordering_tf_kernels_notop.h5"))
            .inputSize(SIDE);
    this.cache = FeatureCache.at(cache);
    this.train = ClassFolders.read(data.resolve("gtsrb/Train"));
    this.valid = ClassFolders.read(data.resolve("gtsrb/Valid"), train.classNames());
    this.test = Gtsrb.test(data.resolve("gtsrb"), train.classNames());
    int[] order = Shuffle.permutation(train.classNames().size(), 1);
    this.added =
        IntStream.of(order).limit(NEW_CLASSES).sorted().mapToObj(train.classNames()::get).toList();
    this.old = train.classNames().stream().filter(name -> !added.contains(name)).toList();
  }

  /**
   * Runs the experiment.
   *
   * @param args the directory with {@code gtsrb/} and {@code weights/}; a directory for features;
   *     the number of seeds
   */
  public static void main(String[] args) throws IOException {
    new ContinueExperiment(Path.of(args[0]), Path.of(args[1])).run(Integer.parseInt(args[2]));
  }

  private void run(int seeds) {
    System.out.printf("added classes: %s%n", added);
    System.out.println("| training | settings chosen on Valid | seed | old | new | all |");
    System.out.println("| --- | --- | --- | --- | --- | --- |");
    ImageDataset fresh = train.ofClasses(added);
    ImageDataset replayed = train.ofClasses(old);
    List<Way> ways =
        List.of(
            new Way(
                "new images only, settings of the first model, last epoch",
                List.of(new Choice(false, RATE)),
                o -> o.keep(Keep.LAST),
                FineTune::keepClasses),
            new Way(
                "new images only, last epoch",
                CHOICES,
                o -> o.keep(Keep.LAST),
                FineTune::keepClasses),
            new Way("new images only", CHOICES, o -> o, FineTune::keepClasses),
            new Way("1 old image per class", CHOICES, o -> o, f -> f.replay(replayed, 1)),
            new Way("5 old images per class", CHOICES, o -> o, f -> f.replay(replayed, 5)),
            new Way(
                "5 old images per class, balanced sampling",
                CHOICES,
                o -> o.sampling(Sampling.balanced()),
                f -> f.replay(replayed, 5)),
            new Way("all 28 old images per class", CHOICES, o -> o, f -> f.replay(replayed)));
    Map<Way, Choice> chosen = new HashMap<>();
    for (int seed = 1; seed <= seeds; seed++) {
      try (FineTunedModel first = first(old, seed)) {
        report("first model, 38 classes", "", seed, first.evaluate(test.ofClasses(old)));
        for (Way way : ways) {
          FineTune continued = way.replay().apply(FineTune.from(first));
          if (seed == 1) {
            chosen.put(way, choose(way, continued, fresh));
          }
          Choice choice = verifyNotNull(chosen.get(way));
          try (FineTunedModel model =
              choice
                  .apply(continued)
                  .train(fresh, valid, way.options().apply(options(choice.rate(), seed)))) {
            report("continued, " + way.name(), choice.toString(), seed, model.evaluate(test));
          }
        }
      }
      try (FineTunedModel all = first(train.classNames(), seed)) {
        report("all 43 classes at once", "", seed, all.evaluate(test));
      }
    }
  }

  private FineTunedModel first(List<String> classNames, int seed) {
    return FineTune.from(backbone)
        .freezeUpTo(STEM)
        .head(batchNorm(), dense(128), dropout(0.6))
        .train(train.ofClasses(classNames), valid.ofClasses(classNames), options(RATE, seed));
  }

  private TrainOptions options(double rate, int seed) {
    return TrainOptions.defaults()
        .epochs(EPOCHS)
        .batch(32)
        .seed(seed)
        .keep(Keep.BEST)
        .optimizer(adam(rate))
        .cache(cache);
  }

  /** Returns the settings with the highest accuracy on the validation images of all classes. */
  private Choice choose(Way way, FineTune continued, ImageDataset fresh) {
    Choice best = way.choices().get(0);
    double highest = -1;
    for (Choice choice : way.choices()) {
      TrainOptions options = way.options().apply(options(choice.rate(), 1));
      try (FineTunedModel model = choice.apply(continued).train(fresh, valid, options)) {
        double score = model.history().kept(options.keep()).validScore();
        System.err.printf(Locale.ROOT, "%s, %s: Valid %.3f%n", way.name(), choice, score);
        if (score > highest) {
          highest = score;
          best = choice;
        }
      }
    }
    return best;
  }

  private void report(String name, String settings, int seed, Evaluation result) {
    System.out.printf(
        Locale.ROOT,
        "| %s | %s | %d | %s | %s | %.3f |%n",
        name,
        settings,
        seed,
        accuracy(result, old),
        accuracy(result, added),
        result.accuracy());
  }

  /**
   * Returns the accuracy on the images of some classes, among all classes; empty without images.
   */
  private static String accuracy(Evaluation result, List<String> of) {
    long images = 0;
    long correct = 0;
    for (int truth = 0; truth < result.classNames().size(); truth++) {
      if (of.contains(result.classNames().get(truth))) {
        correct += result.confusion(truth, truth);
        for (int predicted = 0; predicted < result.classNames().size(); predicted++) {
          images += result.confusion(truth, predicted);
        }
      }
    }
    return images == 0 ? "" : String.format(Locale.ROOT, "%.3f", (double) correct / images);
  }
}
