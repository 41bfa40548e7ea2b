package dev.finetune.examples;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.finetune.FineTune;
import dev.finetune.FineTunePlan;
import dev.finetune.TagModel;
import dev.finetune.data.TagDataset;
import dev.finetune.datasets.Splits;
import dev.finetune.evaluate.TagEvaluation;
import dev.finetune.evaluate.TagMetrics;
import dev.finetune.loss.Targets;
import dev.finetune.recipe.Recipe;
import dev.finetune.recipe.RecipeSettings;
import dev.finetune.train.TrainOptions;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Images of any number of tags each. */
final class TagsTask implements TrainingTask<TagDataset, TagModel, TagsTask.Tested> {

  /** The results, with the thresholds of the model. */
  record Tested(TagEvaluation evaluation, TagModel model) {}

  @Override
  public String name() {
    return "tags";
  }

  @Override
  public Targets.Kind kind() {
    return Targets.Kind.TAGS;
  }

  @Override
  public List<String> outputs(TagDataset images) {
    return images.tagNames();
  }

  @Override
  public FineTune outputs(FineTune training, int count) {
    return training.tags(count);
  }

  @Override
  public List<String> targets(TagDataset images) {
    return IntStream.range(0, images.size()).mapToObj(i -> images.tagSet(i).toString()).toList();
  }

  @Override
  public Parts<TagDataset> split(
      TagDataset images, Function<String, String> groupOf, double share, long seed) {
    var parts = Splits.byGroup(images, groupOf, share, seed);
    return new Parts<>(parts.train(), parts.valid());
  }

  @Override
  public RecipeSettings settings(
      FineTune training, TagDataset train, TagDataset valid, Recipe recipe) {
    return training.settings(train, valid, recipe);
  }

  @Override
  public TagModel train(
      FineTunePlan plan, TagDataset train, TagDataset valid, TrainOptions options) {
    return plan.train(train, valid, options);
  }

  @Override
  public Tested evaluate(TagModel model, TagDataset images) {
    return new Tested(model.evaluate(images), model);
  }

  @Override
  public ObjectNode figures(Tested test) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("meanAveragePrecision", test.evaluation().meanAveragePrecision())
        .put("macroF1", test.evaluation().macroF1(test.model().thresholds()))
        .put("microF1", test.evaluation().microF1(test.model().thresholds()))
        .put("loss", test.evaluation().loss());
  }

  @Override
  public String table(Tested test) {
    StringBuilder csv =
        new StringBuilder(
            Csv.line(
                List.of(
                    "tag",
                    "images",
                    "average_precision",
                    "threshold",
                    "precision",
                    "recall",
                    "f1")));
    for (TagMetrics metrics : test.evaluation().perTag(test.model().thresholds())) {
      csv.append(
          Csv.line(
              List.of(
                  metrics.tagName(),
                  Integer.toString(metrics.count()),
                  metrics.averagePrecision().isPresent()
                      ? Csv.number(metrics.averagePrecision().getAsDouble())
                      : "",
                  Csv.number(metrics.threshold()),
                  Csv.number(metrics.precision()),
                  Csv.number(metrics.recall()),
                  Csv.number(metrics.f1()))));
    }
    return csv.toString();
  }
}
