package dev.finetune.internal.dl4j;

import dev.finetune.engine.Engine;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.testing.EngineContract;

class Dl4jContractTest extends EngineContract {

  @Override
  public Engine engine() {
    return new Dl4jEngine();
  }

  /** Returns false for grouped convolutions: they are computed with zeros between the groups. */
  @Override
  public boolean trains(LayerGraph graph, Node node) {
    return !Kernels.grouped(node);
  }
}
