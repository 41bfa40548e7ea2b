package dev.finetune.freeze;

import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import dev.finetune.graph.LayerGraph;
import java.util.Set;

/**
 * Chooses the layers of a backbone that keep their weights. {@link Freeze} has the stock ones; a
 * strategy of your own is a lambda:
 *
 * <pre>{@code
 * FineTune.from(backbone).freeze(graph -> Set.of("conv1", "fire2/squeeze1x1"))
 * }</pre>
 */
@FunctionalInterface
public interface FreezeStrategy {

  /**
   * The names of the layers to freeze.
   *
   * @param backbone the layers, in order
   * @return names of layers of that graph; others are an error when the plan is made
   */
  Set<String> frozenLayers(LayerGraph backbone);

  /** What it does, for {@code describe()}. */
  default String description() {
    return "a strategy of the application";
  }

  /** Freezes what either of the two freezes. */
  default FreezeStrategy and(FreezeStrategy other) {
    return new Described(
        description() + " and " + other.description(),
        graph -> ImmutableSet.copyOf(Sets.union(frozenLayers(graph), other.frozenLayers(graph))));
  }
}
