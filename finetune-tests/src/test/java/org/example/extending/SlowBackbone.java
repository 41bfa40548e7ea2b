package org.example.extending;

import dev.finetune.train.ParameterGroup;
import dev.finetune.train.ParameterGroups;
import dev.finetune.train.ParameterPlace;
import java.util.Map;

/** Parameter groups in which the backbone has a fraction of the head's learning rate. */
record SlowBackbone(double factor) implements ParameterGroups {

  @Override
  public String name() {
    return "slow-backbone";
  }

  @Override
  public Map<String, Double> settings() {
    return Map.of("factor", factor);
  }

  @Override
  public ParameterGroup of(ParameterPlace place) {
    boolean head = place.layer().startsWith("head/") || place.layer().equals("logits");
    return head ? ParameterGroup.WHOLE : new ParameterGroup(factor, 1);
  }
}
