package org.example.extending.reference;

import dev.finetune.engine.Engine;
import dev.finetune.testing.EngineContract;

/** An engine of public types only passes the kit. */
class ReferenceEngineContractTest extends EngineContract {

  @Override
  public Engine engine() {
    return new ReferenceEngine();
  }
}
