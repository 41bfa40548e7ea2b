package dev.finetune.internal.modelfile;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.finetune.train.EpochResult;
import dev.finetune.train.History;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The course of a training as JSON, and back. */
final class HistoryJson {

  static final String[] KEYS = {"epochs", "stemSeconds"};

  private static final String[] EPOCH_KEYS = {
    "epoch",
    "trainLoss",
    "trainAccuracy",
    "validLoss",
    "validAccuracy",
    "seconds",
    "imagesPerSecond",
    "waitSeconds"
  };

  private HistoryJson() {}

  static ObjectNode write(History history) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    var epochs = json.putArray("epochs");
    for (EpochResult epoch : history.epochs()) {
      epochs
          .addObject()
          .put("epoch", epoch.epoch())
          .put("trainLoss", epoch.trainLoss())
          .put("trainAccuracy", epoch.trainAccuracy())
          .put("validLoss", epoch.validLoss())
          .put("validAccuracy", epoch.validAccuracy())
          .put("seconds", epoch.seconds())
          .put("imagesPerSecond", epoch.imagesPerSecond())
          .put("waitSeconds", epoch.waitSeconds());
    }
    return json.put("stemSeconds", history.stemSeconds());
  }

  static History read(Fields json) throws IOException {
    List<EpochResult> epochs = new ArrayList<>();
    for (Fields epoch : json.objects("epochs", EPOCH_KEYS)) {
      int number = epoch.integer("epoch", 1);
      if (number != epochs.size() + 1) {
        throw epoch.refusal("epoch", "the epoch's place, " + (epochs.size() + 1), number);
      }
      epochs.add(
          new EpochResult(
              number,
              loss(epoch, "trainLoss"),
              epoch.number("trainAccuracy", 0, 1),
              loss(epoch, "validLoss"),
              epoch.number("validAccuracy", 0, 1),
              atLeastZero(epoch, "seconds"),
              atLeastZero(epoch, "imagesPerSecond"),
              atLeastZero(epoch, "waitSeconds")));
    }
    return new History(epochs, atLeastZero(json, "stemSeconds"));
  }

  /** An application's own loss may be below 0. */
  private static double loss(Fields epoch, String key) throws IOException {
    return epoch.number(key, -Double.MAX_VALUE, Double.MAX_VALUE);
  }

  private static double atLeastZero(Fields json, String key) throws IOException {
    return json.number(key, 0, Double.MAX_VALUE);
  }
}
