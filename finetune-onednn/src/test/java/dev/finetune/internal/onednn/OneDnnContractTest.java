package dev.finetune.internal.onednn;

import dev.finetune.engine.Engine;
import dev.finetune.testing.EngineContract;
import java.util.OptionalLong;
import org.bytedeco.javacpp.Pointer;

class OneDnnContractTest extends EngineContract {

  @Override
  public Engine engine() {
    return new OneDnnEngine();
  }

  /** Returns the bytes that JavaCPP has allocated and not freed. */
  @Override
  public OptionalLong nativeBytes() {
    return OptionalLong.of(Pointer.totalBytes());
  }
}
