package dev.finetune.benchmarks;

import static dev.finetune.head.HeadLayers.batchNorm;
import static dev.finetune.head.HeadLayers.dense;
import static dev.finetune.head.HeadLayers.dropout;
import static dev.finetune.head.HeadLayers.globalAveragePooling;
import static dev.finetune.train.Adam.adam;

import dev.finetune.FineTune;
import dev.finetune.TagModel;
import dev.finetune.TrainedModel;
import dev.finetune.ValueModel;
import dev.finetune.data.ImageDataset;
import dev.finetune.data.TagDataset;
import dev.finetune.data.ValueDataset;
import dev.finetune.datasets.ClassFolders;
import dev.finetune.datasets.Gtsrb;
import dev.finetune.evaluate.TagEvaluation;
import dev.finetune.evaluate.Thresholds;
import dev.finetune.evaluate.ValueEvaluation;
import dev.finetune.image.Augmentation;
import dev.finetune.image.Augmentations;
import dev.finetune.loss.Targets;
import dev.finetune.train.FeatureCache;
import dev.finetune.train.Keep;
import dev.finetune.train.Schedule;
import dev.finetune.train.TrainOptions;
import dev.finetune.zoo.Zoo;
import dev.finetune.zoo.ZooBackbone;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.DoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * An experiment with tags and values on photographed signs: the shape, colour and kind of a sign as
 * tags, and the angle by which an image was rotated as a value. Compares a constant predictor, a
 * linear probe on frozen features (its learning rate is chosen on the validation images), and
 * fine-tuning of the last layers, on the test images.
 */
public final class TagsAndValuesExperiment {

  private static final int SIDE = 96;
  private static final double DEGREES = 30;
  private static final int PROBE_EPOCHS = 60;
  private static final String STEM = "fire6/concat";

  private final ZooBackbone backbone;
  private final FeatureCache cache;
  private final ImageDataset train;
  private final ImageDataset valid;
  private final ImageDataset test;

  private TagsAndValuesExperiment(Path data, Path cache) throws IOException {
    this.backbone =
        Zoo.byName("squeezenet")
            .weights(data.resolve("weights/squeezenet_weights_tf_dim_ordering_tf_kernels_notop.h5"))
            .inputSize(SIDE);
    this.cache = FeatureCache.at(cache);
    this.train = ClassFolders.read(data.resolve("gtsrb/Train"));
    this.valid = ClassFolders.read(data.resolve("gtsrb/Valid"), train.classNames());
    this.test = Gtsrb.test(data.resolve("gtsrb"), train.classNames());
  }

  /**
   * Runs the experiment.
   *
   * @param args the directory with {@code gtsrb/} and {@code weights/}; a directory for features
   */
  public static void main(String[] args) throws IOException {
    TagsAndValuesExperiment experiment =
        new TagsAndValuesExperiment(Path.of(args[0]), Path.of(args[1]));
    experiment.tags();
    experiment.values();
  }

  private TrainOptions options(double rate, int epochs) {
    return TrainOptions.defaults()
        .epochs(epochs)
        .optimizer(adam(rate))
        .schedule(Schedule.cosine())
        .keep(Keep.BEST)
        .cache(cache);
  }

  private FineTune probe() {
    return FineTune.from(backbone).freezeAll().head(globalAveragePooling());
  }

  /** Returns the model of the learning rate with the best score on the validation images. */
  private static <M extends TrainedModel> M best(DoubleFunction<M> training) {
    List<M> models = DoubleStream.of(1e-2, 1e-3, 1e-4).mapToObj(training).toList();
    M best =
        Collections.max(
            models, Comparator.comparingDouble(model -> model.history().best().validScore()));
    models.stream().filter(model -> model != best).forEach(TrainedModel::close);
    return best;
  }

  private FineTune tuned() {
    return FineTune.from(backbone).freezeUpTo(STEM).head(batchNorm(), dense(128), dropout(0.6));
  }

  private void tags() {
    TagDataset trainTags = tagged(train);
    TagDataset validTags = tagged(valid);
    TagDataset testTags = tagged(test);
    System.out.println("| tags | mean average precision | macro F1 | micro F1 | loss |");
    System.out.println("| --- | --- | --- | --- | --- |");
    report("constant", constant(trainTags, testTags), Thresholds.half(trainTags.tagNames()));
    try (TagModel model =
        best(rate -> probe().train(trainTags, validTags, options(rate, PROBE_EPOCHS)))) {
      report("linear probe", model.evaluate(testTags), model.thresholds());
    }
    try (TagModel model = tuned().train(trainTags, validTags, options(3e-4, 30))) {
      TagEvaluation result = model.evaluate(testTags);
      report("fine-tuned", result, model.thresholds());
      result.perTag(model.thresholds()).forEach(System.out::println);
    }
  }

  private static void report(String name, TagEvaluation result, Thresholds thresholds) {
    System.out.printf(
        Locale.ROOT,
        "| %s | %.3f | %.3f | %.3f | %.3f |%n",
        name,
        result.meanAveragePrecision(),
        result.macroF1(thresholds),
        result.microF1(thresholds),
        result.loss());
  }

  /** Predicts the share of each tag among the training images for every image. */
  private static TagEvaluation constant(TagDataset train, TagDataset test) {
    int tags = train.tagNames().size();
    float[] logits = new float[tags];
    for (int tag = 0; tag < tags; tag++) {
      int number = tag;
      double share =
          IntStream.range(0, train.size()).filter(i -> train.tags(i)[number]).count()
              / (double) train.size();
      logits[tag] = (float) Math.log(share / (1 - share));
    }
    TagEvaluation.Tally tally = TagEvaluation.tally(train.tagNames());
    for (int i = 0; i < test.size(); i++) {
      tally.add(new float[][] {logits}, Targets.tags(new boolean[][] {test.tags(i)}));
    }
    return tally.result();
  }

  private static TagDataset tagged(ImageDataset signs) {
    List<Integer> indices = IntStream.range(0, signs.size()).boxed().toList();
    return TagDataset.of(
        indices,
        i -> tags(Integer.parseInt(signs.classNames().get(signs.label(i)))),
        signs::name,
        signs::load);
  }

  /** Returns shape, colours and kind of a class of the benchmark. */
  private static Set<String> tags(int sign) {
    Set<String> tags = new LinkedHashSet<>();
    boolean danger = sign == 11 || (sign >= 18 && sign <= 31);
    boolean end = sign == 6 || sign == 32 || sign == 41 || sign == 42;
    boolean mandatory = sign >= 33 && sign <= 40;
    tags.add(
        danger || sign == 13
            ? "triangle"
            : sign == 14 ? "octagon" : sign == 12 ? "diamond" : "circle");
    if (mandatory) {
      tags.add("blue");
    } else if (sign == 12) {
      tags.add("yellow");
    } else if (!end) {
      tags.add("red");
    }
    if (danger) {
      tags.add("warning");
    } else if (mandatory) {
      tags.add("mandatory");
    } else if (sign >= 11 && sign <= 14) {
      tags.add("priority");
    } else if (end) {
      tags.add("end");
    } else {
      tags.add("prohibition");
    }
    if (sign <= 8) {
      tags.add("speed");
    }
    return tags;
  }

  private void values() {
    ValueDataset trainAngles = rotated(train, 1);
    ValueDataset validAngles = rotated(valid, 2);
    ValueDataset testAngles = rotated(test, 3);
    System.out.println("| angle | mean absolute error, degrees | RMSE | R2 |");
    System.out.println("| --- | --- | --- | --- |");
    report("constant", constant(trainAngles, testAngles));
    try (ValueModel model =
        best(rate -> probe().train(trainAngles, validAngles, options(rate, PROBE_EPOCHS)))) {
      report("linear probe", model.evaluate(testAngles));
    }
    try (ValueModel model = tuned().train(trainAngles, validAngles, options(3e-4, 30))) {
      report("fine-tuned", model.evaluate(testAngles));
    }
  }

  private static void report(String name, ValueEvaluation result) {
    System.out.printf(
        Locale.ROOT,
        "| %s | %.2f | %.2f | %.3f |%n",
        name,
        result.meanAbsoluteError(),
        result.rootMeanSquaredError(),
        result.r2());
  }

  private static ValueEvaluation constant(ValueDataset train, ValueDataset test) {
    double mean =
        IntStream.range(0, train.size())
            .mapToDouble(i -> train.values(i)[0])
            .average()
            .orElseThrow();
    ValueEvaluation.Tally tally = ValueEvaluation.tally(train.valueNames());
    for (int i = 0; i < test.size(); i++) {
      tally.add(new float[][] {{(float) mean}}, Targets.values(new double[][] {test.values(i)}));
    }
    return tally.result();
  }

  /** Rotates each image by a random angle, which is its value. */
  private static ValueDataset rotated(ImageDataset signs, long seed) {
    Augmentation rotation = Augmentations.affine(DEGREES, 0, 0);
    List<Integer> indices = new ArrayList<>(IntStream.range(0, signs.size()).boxed().toList());
    return ValueDataset.of(
        List.of("degrees"),
        indices,
        // The augmentation draws the angle first, as a number from 0 to 1.
        i -> new double[] {(2 * random(seed, i).nextDouble() - 1) * DEGREES},
        signs::name,
        i -> rotation.apply(signs.load(i), random(seed, i)));
  }

  private static SplittableRandom random(long seed, int image) {
    return new SplittableRandom(Arrays.hashCode(new long[] {seed, image}));
  }
}
