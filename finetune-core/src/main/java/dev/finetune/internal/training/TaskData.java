package dev.finetune.internal.training;

import dev.finetune.data.ImageDataset;
import dev.finetune.data.ImageSource;
import dev.finetune.data.Labels;
import dev.finetune.loss.Targets;
import java.util.List;

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

  public TaskData {
    outputs = List.copyOf(outputs);
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
