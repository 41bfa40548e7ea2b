package dev.finetune.examples;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.finetune.FineTune;
import dev.finetune.FineTunePlan;
import dev.finetune.ValueModel;
import dev.finetune.data.ValueDataset;
import dev.finetune.data.Values;
import dev.finetune.datasets.Splits;
import dev.finetune.evaluate.ValueEvaluation;
import dev.finetune.evaluate.ValueMetrics;
import dev.finetune.loss.Targets;
import dev.finetune.recipe.Recipe;
import dev.finetune.recipe.RecipeSettings;
import dev.finetune.train.TrainOptions;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** Images of one or more numbers each. */
final class ValuesTask implements TrainingTask<ValueDataset, ValueModel, ValueEvaluation> {

  @Override
  public String name() {
    return "values";
  }

  @Override
  public Targets.Kind kind() {
    return Targets.Kind.VALUES;
  }

  @Override
  public List<String> outputs(ValueDataset images) {
    return images.valueNames();
  }

  @Override
  public FineTune outputs(FineTune training, int count) {
    return training.values(count);
  }

  @Override
  public List<String> targets(ValueDataset images) {
    return Arrays.stream(Values.of(images).get(0)).map(Arrays::toString).toList();
  }

  @Override
  public Parts<ValueDataset> split(
      ValueDataset images, Function<String, String> groupOf, double share, long seed) {
    var parts = Splits.byGroup(images, groupOf, share, seed);
    return new Parts<>(parts.train(), parts.valid());
  }

  @Override
  public RecipeSettings settings(
      FineTune training, ValueDataset train, ValueDataset valid, Recipe recipe) {
    return training.settings(train, valid, recipe);
  }

  @Override
  public ValueModel train(
      FineTunePlan plan, ValueDataset train, ValueDataset valid, TrainOptions options) {
    return plan.train(train, valid, options);
  }

  @Override
  public ValueEvaluation evaluate(ValueModel model, ValueDataset images) {
    return model.evaluate(images);
  }

  @Override
  public ObjectNode figures(ValueEvaluation test) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("r2", test.r2())
        .put("meanAbsoluteError", test.meanAbsoluteError())
        .put("rootMeanSquaredError", test.rootMeanSquaredError())
        .put("loss", test.loss());
  }

  @Override
  public String table(ValueEvaluation test) {
    StringBuilder csv =
        new StringBuilder(
            Csv.line(List.of("value", "mean_absolute_error", "root_mean_squared_error", "r2")));
    for (ValueMetrics metrics : test.perValue()) {
      csv.append(
          Csv.line(
              List.of(
                  metrics.valueName(),
                  Csv.number(metrics.meanAbsoluteError()),
                  Csv.number(metrics.rootMeanSquaredError()),
                  Csv.number(metrics.r2()))));
    }
    return csv.toString();
  }
}
