package dev.finetune.internal.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.finetune.train.EpochResult;
import dev.finetune.train.History;
import dev.finetune.train.Score;
import dev.finetune.train.TrainingEnd;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Converts the history of a training run to JSON and back. */
public final class HistoryJson {

  private static final String METRICS = "metrics";

  private static final String SCORE = "score";
  private static final String END = "end";
  private static final String COMPARABLE_FROM = "comparableFrom";

  private HistoryJson() {}

  /** Returns the history as an object. */
  public static ObjectNode write(History history) {
    ObjectNode all = JsonNodeFactory.instance.objectNode();
    var epochs = all.putArray("epochs");
    for (EpochResult epoch : history.epochs()) {
      ObjectNode json = epochs.addObject();
      json.put("epoch", epoch.epoch())
          .put("trainLoss", epoch.trainLoss())
          .put(history.score().trainName(), epoch.trainScore())
          .put("validLoss", epoch.validLoss())
          .put(history.score().validName(), epoch.validScore())
          .put("seconds", epoch.seconds())
          .put("imagesPerSecond", epoch.imagesPerSecond())
          .put("waitSeconds", epoch.waitSeconds());
      if (!epoch.metrics().isEmpty()) {
        epoch.metrics().forEach(json.putObject(METRICS)::put);
      }
    }
    all.put("stemSeconds", history.stemSeconds());
    if (history.score() != Score.ACCURACY) {
      all.put(SCORE, history.score().name());
    }
    if (history.end() != TrainingEnd.COMPLETED) {
      all.put(END, history.end().name());
    }
    if (history.comparableFrom() > 1) {
      all.put(COMPARABLE_FROM, history.comparableFrom());
    }
    return all;
  }

  /**
   * Reads the history under a key.
   *
   * @throws IOException if the value is not a history as {@link #write} returns it
   */
  public static History read(Fields parent, String key) throws IOException {
    Fields json =
        parent.object(key, List.of("epochs", "stemSeconds"), List.of(SCORE, END, COMPARABLE_FROM));
    Score score = json.has(SCORE) ? json.constant(SCORE, Score.class) : Score.ACCURACY;
    TrainingEnd end = json.has(END) ? json.constant(END, TrainingEnd.class) : TrainingEnd.COMPLETED;
    List<EpochResult> epochs = new ArrayList<>();
    for (Fields epoch : json.objects("epochs", keys(score), List.of(METRICS))) {
      int number = epoch.integer("epoch", 1);
      if (number != epochs.size() + 1) {
        throw epoch.refusal("epoch", (epochs.size() + 1) + ", its position in the array", number);
      }
      epochs.add(
          new EpochResult(
              number,
              loss(epoch, "trainLoss"),
              epoch.number(score.trainName(), score.lowest(), 1),
              loss(epoch, "validLoss"),
              epoch.number(score.validName(), score.lowest(), 1),
              atLeastZero(epoch, "seconds"),
              atLeastZero(epoch, "imagesPerSecond"),
              atLeastZero(epoch, "waitSeconds"),
              metrics(epoch)));
    }
    int comparable = json.has(COMPARABLE_FROM) ? json.integer(COMPARABLE_FROM, 1) : 1;
    if (comparable > Math.max(1, epochs.size())) {
      throw json.refusal(COMPARABLE_FROM, "an epoch from 1 to " + epochs.size(), comparable);
    }
    return new History(epochs, atLeastZero(json, "stemSeconds"), score, end, comparable);
  }

  private static List<String> keys(Score score) {
    return List.of(
        "epoch",
        "trainLoss",
        score.trainName(),
        "validLoss",
        score.validName(),
        "seconds",
        "imagesPerSecond",
        "waitSeconds");
  }

  private static Map<String, Double> metrics(Fields epoch) throws IOException {
    if (!epoch.has(METRICS)) {
      return Map.of();
    }
    Map<String, Double> metrics = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> metric : epoch.free(METRICS).properties()) {
      if (!metric.getValue().isNumber()) {
        throw epoch.refusal(METRICS, "an object of numbers", metric.getValue());
      }
      metrics.put(metric.getKey(), metric.getValue().doubleValue());
    }
    return metrics;
  }

  /** Returns a loss; those that applications implement may be negative. */
  private static double loss(Fields epoch, String key) throws IOException {
    return epoch.number(key, -Double.MAX_VALUE, Double.MAX_VALUE);
  }

  private static double atLeastZero(Fields json, String key) throws IOException {
    return json.number(key, 0, Double.MAX_VALUE);
  }
}
