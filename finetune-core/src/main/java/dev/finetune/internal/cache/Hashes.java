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

/** SHA-256 of all that features depend on. */
public final class Hashes {

  /** Values hashed at a time, so that a photograph is not copied as a whole. */
  private static final int PIECE = 8192;

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
        floats(hasher, weights.tensor(node.name(), spec).values());
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
    hasher.putInt(values.length);
    ByteBuffer piece = ByteBuffer.allocate(PIECE * Float.BYTES);
    for (int from = 0; from < values.length; from += PIECE) {
      int count = Math.min(PIECE, values.length - from);
      piece.asFloatBuffer().put(values, from, count);
      hasher.putBytes(piece.array(), 0, count * Float.BYTES);
    }
  }
}
