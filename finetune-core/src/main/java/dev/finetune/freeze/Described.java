package dev.finetune.freeze;

import dev.finetune.graph.LayerGraph;
import java.util.Set;

/** A strategy with its own description. */
record Described(String description, FreezeStrategy strategy) implements FreezeStrategy {
  @Override
  public Set<String> frozenLayers(LayerGraph backbone) {
    return strategy.frozenLayers(backbone);
  }
}
