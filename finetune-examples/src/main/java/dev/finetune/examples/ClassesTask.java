package dev.finetune.examples;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.finetune.FineTune;
import dev.finetune.FineTunePlan;
import dev.finetune.FineTunedModel;
import dev.finetune.data.ImageDataset;
import dev.finetune.data.Labels;
import dev.finetune.datasets.Split;
import dev.finetune.datasets.Splits;
import dev.finetune.evaluate.ClassMetrics;
import dev.finetune.evaluate.Evaluation;
import dev.finetune.loss.Targets;
import dev.finetune.recipe.AfterTraining;
import dev.finetune.recipe.Recipe;
import dev.finetune.recipe.RecipeSettings;
import dev.finetune.train.TrainOptions;
import dev.finetune.weights.Weights;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** Images of one class each. */
final class ClassesTask implements TrainingTask<ImageDataset, FineTunedModel, Evaluation> {

  @Override
  public String name() {
    return "classes";
  }

  @Override
  public Targets.Kind kind() {
    return Targets.Kind.CLASSES;
  }

  @Override
  public List<String> outputs(ImageDataset images) {
    return images.classNames();
  }

  @Override
  public FineTune outputs(FineTune training, int count) {
    return training.classes(count);
  }

  @Override
  public List<String> targets(ImageDataset images) {
    return Arrays.stream(Labels.of(images).get(0)).mapToObj(images.classNames()::get).toList();
  }

  @Override
  public Parts<ImageDataset> split(
      ImageDataset images, Function<String, String> groupOf, double share, long seed) {
    Split split = Splits.byGroup(images, groupOf, share, seed);
    return new Parts<>(split.train(), split.valid());
  }

  @Override
  public RecipeSettings settings(
      FineTune training, ImageDataset train, ImageDataset valid, Recipe recipe) {
    return training.settings(train, valid, recipe);
  }

  @Override
  public String views(FineTunedModel model) {
    return model.views().notation();
  }

  @Override
  public FineTunedModel improved(
      FineTunedModel model, ImageDataset valid, AfterTraining after, List<Weights> recent) {
    if (after.isNothing()) {
      return model;
    }
    try (model) {
      return model.improved(after, recent, valid);
    }
  }

  @Override
  public FineTunedModel train(
      FineTunePlan plan, ImageDataset train, ImageDataset valid, TrainOptions options) {
    return plan.train(train, valid, options);
  }

  @Override
  public Evaluation evaluate(FineTunedModel model, ImageDataset images) {
    return model.evaluate(images);
  }

  @Override
  public ObjectNode figures(Evaluation test) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("accuracy", test.accuracy())
        .put("accuracyLow", test.accuracyInterval().low())
        .put("accuracyHigh", test.accuracyInterval().high())
        .put("top5", test.top5())
        .put("loss", test.loss());
  }

  @Override
  public String table(Evaluation test) {
    StringBuilder csv =
        new StringBuilder(Csv.line(List.of("class", "images", "precision", "recall", "f1")));
    for (ClassMetrics metrics : test.perClass()) {
      csv.append(
          Csv.line(
              List.of(
                  metrics.className(),
                  Integer.toString(metrics.count()),
                  Csv.number(metrics.precision()),
                  Csv.number(metrics.recall()),
                  Csv.number(metrics.f1()))));
    }
    return csv.toString();
  }
}
