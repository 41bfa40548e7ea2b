package dev.finetune.examples;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.finetune.FineTunedModel;
import dev.finetune.evaluate.Evaluation;
import dev.finetune.evaluate.Interval;
import dev.finetune.train.Keep;
import java.util.Optional;

/**
 * A finished training and its test.
 *
 * @param name the kind of training, such as {@code fine-tuning}
 * @param keep the epoch whose weights the model has: the last or the best
 * @param validImages the number of validation images
 * @param test the results on the test images; empty if there are none
 */
record Run(
    String name, FineTunedModel model, Keep keep, int validImages, Optional<Evaluation> test) {

  /** Returns the validation accuracy of the epoch whose weights the model has. */
  double validScore() {
    return model.history().kept(keep).validScore();
  }

  /** Returns the 95 % confidence interval of {@link #validScore}. */
  Interval validInterval() {
    return interval(validScore(), validImages);
  }

  /**
   * Returns the 95 % confidence interval of an accuracy.
   *
   * @param accuracy the share of the images that are classified correctly
   */
  static Interval interval(double accuracy, int images) {
    return Interval.wilson((int) Math.rint(accuracy * images), images, Interval.USUAL);
  }

  /** Returns the mean speed of training over all epochs. */
  double imagesPerSecond() {
    return model.history().epochs().stream()
        .mapToDouble(e -> e.imagesPerSecond())
        .average()
        .orElse(0);
  }

  /** Returns the results and the history as JSON. */
  ObjectNode toJson() {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode json = mapper.createObjectNode();
    json.put("name", name);
    json.put("validScore", validScore());
    json.put("validScoreLow", validInterval().low());
    json.put("validScoreHigh", validInterval().high());
    test.ifPresent(
        t ->
            json.put("testAccuracy", t.accuracy())
                .put("testAccuracyLow", t.accuracyInterval().low())
                .put("testAccuracyHigh", t.accuracyInterval().high())
                .put("testTop5", t.top5())
                .put("testLoss", t.loss())
                .put("testCount", t.count()));
    json.put("seconds", model.history().totalSeconds());
    json.put("stemSeconds", model.history().stemSeconds());
    json.put("imagesPerSecond", imagesPerSecond());
    json.set("history", mapper.valueToTree(model.history().epochs()));
    return json;
  }
}
