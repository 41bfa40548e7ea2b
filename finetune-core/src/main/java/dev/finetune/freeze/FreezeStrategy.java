package dev.finetune.freeze;

import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import dev.finetune.graph.LayerGraph;
import java.util.Set;

/**
 * A choice of the layers of a backbone that keep their weights. {@link Freeze} has the built-in
 * ones. A custom strategy is a lambda:
 *
 * <pre>{@code
 * FineTune.from(backbone).freeze(graph -> Set.of("conv1", "fire2/squeeze1x1"))
 * }</pre>
 */
@FunctionalInterface
public interface FreezeStrategy {

  /**
   * Chooses the layers to freeze.
   *
   * @param backbone the layers in order
   * @return the names of the layers to freeze. Names that the graph does not have are an error when
   *     the plan is created
   * @throws IllegalArgumentException if the strategy does not fit the graph
   */
  Set<String> frozenLayers(LayerGraph backbone);

  /** {@return a description for {@code describe()}} */
  default String description() {
    return "a strategy of the application";
  }

  /**
   * {@return a strategy that freezes the layers that either strategy freezes}
   *
   * @param other the other strategy
   */
  default FreezeStrategy and(FreezeStrategy other) {
    return new Described(
        description() + " and " + other.description(),
        graph -> ImmutableSet.copyOf(Sets.union(frozenLayers(graph), other.frozenLayers(graph))));
  }
}
