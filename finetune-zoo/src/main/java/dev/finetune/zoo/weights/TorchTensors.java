package dev.finetune.zoo.weights;

import dev.finetune.weights.Tensor;
import java.io.IOException;
import java.util.Map;
import java.util.Set;

/** The named tensors of a PyTorch or safetensors file. */
interface TorchTensors {

  /** Returns the names of the tensors without reading their values. */
  Set<String> names();

  /** Reads all tensors. */
  Map<String, Tensor> read() throws IOException;
}
