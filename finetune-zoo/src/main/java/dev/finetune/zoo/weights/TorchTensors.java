package dev.finetune.zoo.weights;

import dev.finetune.weights.Tensor;
import java.io.IOException;
import java.util.Map;
import java.util.Set;

/** Named tensors in a file of PyTorch's world. */
interface TorchTensors {

  /** Their names; their values are not read for it. */
  Set<String> names();

  /** All of them with their values. */
  Map<String, Tensor> read() throws IOException;
}
