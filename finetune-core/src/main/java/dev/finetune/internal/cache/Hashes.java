package dev.finetune.internal.cache;

import com.google.common.hash.HashCode;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.ParameterSpec;
import dev.finetune.image.InputSpec;
import dev.finetune.image.Pixels;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.Weights;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** SHA-256 of all that features depend on. */
public final class Hashes {

  private Hashes() {}

  /**
   * Of everything but the image: layers, values, input, and what computes.
   *
   * @param how engine, precision, library version
   */
  public static HashCode stem(LayerGraph stem, Weights weights, InputSpec input, String how) {
    Hasher hasher = Hashing.sha256().newHasher();
    text(hasher, how);
    text(hasher, input.toString());
    text(hasher, stem.outputs().toString());
    for (Node node : stem.nodes()) {
      text(hasher, node.toString());
      for (ParameterSpec spec : node.parameters()) {
        Tensor tensor = weights.layer(node.name()).get(spec.role());
        if (tensor == null) {
          throw new IllegalStateException("No " + spec.role() + " for " + node.name());
        }
        floats(hasher, tensor.values());
      }
    }
    return hasher.hash();
  }

  /** Of an image's values. */
  public static HashCode image(Pixels image) {
    Hasher hasher = Hashing.sha256().newHasher();
    hasher.putInt(image.height()).putInt(image.width());
    floats(hasher, image.planes());
    return hasher.hash();
  }

  /** Of an image as changed by something that is named. */
  public static HashCode variant(HashCode image, String change) {
    Hasher hasher = Hashing.sha256().newHasher();
    hasher.putBytes(image.asBytes());
    text(hasher, change);
    return hasher.hash();
  }

  /** With its length, so that two texts are not one. */
  private static void text(Hasher hasher, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    hasher.putInt(bytes.length).putBytes(bytes);
  }

  private static void floats(Hasher hasher, float[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES);
    bytes.asFloatBuffer().put(values);
    hasher.putInt(values.length).putBytes(bytes.array());
  }
}
