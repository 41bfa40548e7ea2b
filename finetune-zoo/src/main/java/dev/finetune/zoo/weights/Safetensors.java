package dev.finetune.zoo.weights;

import dev.finetune.weights.Tensor;
import dev.finetune.weights.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/** A safetensors file with the names of torchvision or timm. */
record Safetensors(SafetensorsFile content) implements TorchTensors {

  /** Opens a file and reads its header. */
  static Safetensors open(Path file) throws IOException {
    return new Safetensors(SafetensorsFile.open(file));
  }

  @Override
  public Set<String> names() {
    return content.names();
  }

  @Override
  public Map<String, Tensor> read() throws IOException {
    return content.read();
  }
}
