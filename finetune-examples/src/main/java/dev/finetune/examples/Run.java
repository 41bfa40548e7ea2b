package dev.finetune.examples;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.finetune.FineTunedModel;
import dev.finetune.evaluate.Evaluation;
import dev.finetune.train.Keep;

/**
 * A finished training and its test.
 *
 * @param name what kind of training it was
 * @param keep which epoch's weights the model has
 */
record Run(String name, FineTunedModel model, Keep keep, Evaluation test) {

  /** Of the epoch whose weights the model has. */
  double validAccuracy() {
    return model.history().kept(keep).validAccuracy();
  }

  double imagesPerSecond() {
    return model.history().epochs().stream()
        .mapToDouble(e -> e.imagesPerSecond())
        .average()
        .orElse(0);
  }

  ObjectNode toJson() {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode json = mapper.createObjectNode();
    json.put("name", name);
    json.put("validAccuracy", validAccuracy());
    json.put("testAccuracy", test.accuracy());
    json.put("testTop5", test.top5());
    json.put("testLoss", test.loss());
    json.put("testCount", test.count());
    json.put("seconds", model.history().totalSeconds());
    json.put("stemSeconds", model.history().stemSeconds());
    json.put("imagesPerSecond", imagesPerSecond());
    json.set("history", mapper.valueToTree(model.history().epochs()));
    return json;
  }
}
