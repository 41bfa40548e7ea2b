package dev.finetune.testing;

import dev.finetune.engine.Engine;
import dev.finetune.engine.EngineOptions;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import java.util.OptionalLong;

/** The methods that the author of an engine implements or overrides for the test kit. */
public interface EngineUnderTest {

  /** {@return the engine to test} */
  Engine engine();

  /** {@return the options of tests that do not set their own; by default, 2 threads} */
  default EngineOptions options() {
    return EngineOptions.defaults().threads(2);
  }

  /**
   * Returns whether the engine computes a layer. If not, it must throw an {@link
   * dev.finetune.engine.EngineException} whose message has the names of the layer and the engine.
   *
   * @param graph the graph of the layer
   * @param node the layer
   * @return whether the engine computes it; true by default
   */
  default boolean computes(LayerGraph graph, Node node) {
    return true;
  }

  /**
   * Returns whether the engine trains networks with a layer. If not, it must throw an {@link
   * dev.finetune.engine.EngineException} whose message has the names of the layer and the engine.
   *
   * @param graph the graph of the layer
   * @param node the layer
   * @return whether the engine trains it; by default, whether it computes it
   */
  default boolean trains(LayerGraph graph, Node node) {
    return computes(graph, node);
  }

  /**
   * Returns the bytes outside the heap that all networks of the engine hold now. The tests compare
   * them with the estimates and allow {@link LifetimeContract#DESCRIPTIONS} more.
   *
   * @return the bytes; empty, the default, if the engine cannot measure them
   */
  default OptionalLong nativeBytes() {
    return OptionalLong.empty();
  }
}
