package org.example.extending;

import dev.finetune.freeze.FreezeStrategy;
import dev.finetune.graph.LayerGraph;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A strategy that freezes every other layer. */
record EveryOther() implements FreezeStrategy {

  @Override
  public Set<String> frozenLayers(LayerGraph backbone) {
    List<String> names = backbone.names().stream().toList();
    Set<String> frozen = new HashSet<>();
    for (int i = 0; i < names.size(); i += 2) {
      frozen.add(names.get(i));
    }
    return frozen;
  }

  @Override
  public String description() {
    return "every other layer";
  }
}
