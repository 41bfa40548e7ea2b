package dev.finetune.testing;

import dev.finetune.engine.Engine;
import dev.finetune.engine.EngineOptions;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import java.util.OptionalLong;

/** What the test kit asks an engine's author. */
public interface EngineUnderTest {

  /** Returns the engine. */
  Engine engine();

  /** Returns how networks are computed where a test says nothing else. */
  default EngineOptions options() {
    return EngineOptions.defaults().threads(2);
  }

  /**
   * Returns whether the engine computes a layer. What it does not compute it must refuse, by the
   * layer's name and its own.
   */
  default boolean computes(LayerGraph graph, Node node) {
    return true;
  }

  /** Returns whether the engine trains networks with a layer; what it does not it must refuse. */
  default boolean trains(LayerGraph graph, Node node) {
    return computes(graph, node);
  }

  /**
   * Returns the bytes outside the heap that the engine's networks have now, where that can be told:
   * the kit compares them with the estimates. A hundred kilobytes for the descriptions of layers
   * may be among them.
   */
  default OptionalLong nativeBytes() {
    return OptionalLong.empty();
  }
}
