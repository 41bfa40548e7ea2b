package dev.finetune.internal.training;

import dev.finetune.data.ImageDataset;
import dev.finetune.data.ImageSource;
import dev.finetune.data.Labels;
import dev.finetune.data.TagDataset;
import dev.finetune.data.Tags;
import dev.finetune.data.ValueDataset;
import dev.finetune.data.Values;
import dev.finetune.image.ColourRule;
import dev.finetune.loss.Targets;
import dev.finetune.train.ClassWeights;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The images of a training run with their targets. Targets are read once, so all epochs use the
 * same ones even if a dataset changes.
 *
 * @param task what the network learns
 * @param outputs the names of the outputs: classes, tags or values
 * @param train the training images
 * @param trainTargets their targets
 * @param valid the validation images
 * @param validTargets their targets
 */
public record TaskData(
    Task task,
    List<String> outputs,
    ImageSource train,
    Targets trainTargets,
    ImageSource valid,
    Targets validTargets) {

  /**
   * Checks the images.
   *
   * @throws IllegalArgumentException if colours are read by different rules
   */
  public TaskData {
    outputs = List.copyOf(outputs);
    SameColours.require(
        "The validation images", valid.colours(), "the training images", train.colours());
  }

  /** Returns how the colours of the images are read; empty if it is not known. */
  public Optional<ColourRule> colours() {
    return train.colours().or(valid::colours);
  }

  /**
   * Returns the outputs that are those of the task: the first ones. A network that trains for
   * something else too has more.
   *
   * @param all the outputs of the network by example
   */
  float[][] own(float[][] all) {
    int count = outputs.size();
    return Arrays.stream(all)
        .map(output -> output.length == count ? output : Arrays.copyOf(output, count))
        .toArray(float[][]::new);
  }

  /**
   * Returns a copy whose training images have the weights of their classes.
   *
   * @throws IllegalArgumentException if the images have no classes, or the weights do not fit them
   */
  public TaskData weighted(ClassWeights weights) {
    if (weights.equals(ClassWeights.none())) {
      return this;
    }
    trainTargets.require("classWeights", Targets.Kind.CLASSES);
    int[] labels = IntStream.range(0, train.size()).map(trainTargets::label).toArray();
    double[] byClass = weights.weights(outputs, labels);
    double[] byImage = IntStream.of(labels).mapToDouble(label -> byClass[label]).toArray();
    return new TaskData(task, outputs, train, trainTargets.weighted(byImage), valid, validTargets);
  }

  /**
   * Returns the data of a tagging.
   *
   * @throws dev.finetune.data.DatasetException if an image does not have a flag for each tag
   */
  public static TaskData tags(TagDataset train, TagDataset valid) {
    List<boolean[][]> tags = Tags.of(train, valid);
    return new TaskData(
        new TagTask(train.tagNames()),
        train.tagNames(),
        train,
        Targets.tags(tags.get(0)),
        valid,
        Targets.tags(tags.get(1)));
  }

  /**
   * Returns the data of a regression. The targets are standardised.
   *
   * @param scale the scale of the training values
   * @throws dev.finetune.data.DatasetException if an image does not have a finite number for each
   *     value
   */
  public static TaskData values(ValueDataset train, ValueDataset valid, ValueScale scale) {
    List<double[][]> values = Values.of(train, valid);
    return new TaskData(
        new ValueTask(train.valueNames()),
        train.valueNames(),
        train,
        Targets.values(scale.standardised(values.get(0))),
        valid,
        Targets.values(scale.standardised(values.get(1))));
  }

  /**
   * Returns the data of a classification.
   *
   * @throws dev.finetune.data.DatasetException if a label is not an index into the classes
   */
  public static TaskData classes(ImageDataset train, ImageDataset valid) {
    List<int[]> labels = Labels.of(train, valid);
    return new TaskData(
        new ClassTask(train.classNames()),
        train.classNames(),
        train,
        Targets.classes(labels.get(0)),
        valid,
        Targets.classes(labels.get(1)));
  }
}
