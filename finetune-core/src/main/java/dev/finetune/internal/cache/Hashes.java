package dev.finetune.internal.cache;

import com.google.common.hash.HashCode;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.ParameterSpec;
import dev.finetune.image.InputSpec;
import dev.finetune.image.Pixels;
import dev.finetune.weights.Weights;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Computes SHA-256 hashes of everything that features depend on. */
public final class Hashes {

  /** The number of values hashed at a time, to avoid a copy of a whole image. */
  private static final int PIECE = 8192;

  private Hashes() {}

  /**
   * Hashes everything but the image: layers, weights, input and computation.
   *
   * @param how the engine, the precision and the library version
   */
  public static HashCode stem(LayerGraph stem, Weights weights, InputSpec input, String how) {
    Hasher hasher = Hashing.sha256().newHasher();
    text(hasher, how);
    text(hasher, input.toString());
    text(hasher, stem.outputs().toString());
    for (Node node : stem.nodes()) {
      text(hasher, node.toString());
      for (ParameterSpec spec : node.parameters()) {
        floats(hasher, weights.tensor(node.name(), spec).values());
      }
    }
    return hasher.hash();
  }

  /** Hashes the size and the values of an image. */
  public static HashCode image(Pixels image) {
    Hasher hasher = Hashing.sha256().newHasher();
    hasher.putInt(image.height()).putInt(image.width());
    floats(hasher, image.planes());
    return hasher.hash();
  }

  /**
   * Hashes an augmented image.
   *
   * @param image the hash of the original
   * @param change the description of the change
   */
  public static HashCode variant(HashCode image, String change) {
    Hasher hasher = Hashing.sha256().newHasher();
    hasher.putBytes(image.asBytes());
    text(hasher, change);
    return hasher.hash();
  }

  /** Adds a text with its length, which keeps consecutive texts distinct. */
  private static void text(Hasher hasher, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    hasher.putInt(bytes.length).putBytes(bytes);
  }

  private static void floats(Hasher hasher, float[] values) {
    hasher.putInt(values.length);
    ByteBuffer piece = ByteBuffer.allocate(PIECE * Float.BYTES);
    for (int from = 0; from < values.length; from += PIECE) {
      int count = Math.min(PIECE, values.length - from);
      piece.asFloatBuffer().put(values, from, count);
      hasher.putBytes(piece.array(), 0, count * Float.BYTES);
    }
  }
}
