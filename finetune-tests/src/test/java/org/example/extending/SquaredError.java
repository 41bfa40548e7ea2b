package org.example.extending;

import dev.finetune.loss.Loss;
import dev.finetune.loss.Targets;
import java.util.Map;

/** The squared distance of the outputs from the target shares, as an application's loss. */
record SquaredError() implements Loss {

  @Override
  public String name() {
    return "squared-error";
  }

  @Override
  public Map<String, Double> settings() {
    return Map.of();
  }

  @Override
  public double compute(float[][] outputs, Targets targets, float[][] gradients) {
    double loss = 0;
    for (int i = 0; i < outputs.length; i++) {
      for (int j = 0; j < outputs[i].length; j++) {
        double off = outputs[i][j] - targets.share(i, j);
        loss += off * off;
        gradients[i][j] = (float) (2 * off / outputs.length);
      }
    }
    return loss / outputs.length;
  }
}
