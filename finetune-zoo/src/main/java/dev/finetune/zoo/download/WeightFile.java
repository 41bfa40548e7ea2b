package dev.finetune.zoo.download;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.hash.HashFunction;
import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;

/**
 * A file that can be downloaded and verified.
 *
 * @param name in the cache directory
 * @param source where it is published
 * @param algorithm MD5 or SHA-256
 * @param hash expected, lower-case hexadecimal; of SHA-256 it may be the first digits, at least 8
 */
public record WeightFile(String name, URI source, Algorithm algorithm, String hash) {

  /** How it is verified. */
  public enum Algorithm {
    /** Against accidents; all that Keras publishes. */
    MD5(32, 32),
    /** Against accidents and tampering; its first digits alone, as torchvision's, less so. */
    SHA256(8, 64);

    private final int least;
    private final int most;

    Algorithm(int least, int most) {
      this.least = least;
      this.most = most;
    }

    @SuppressWarnings("deprecation") // Keras publishes MD5 and nothing else
    private HashFunction function() {
      return this == MD5 ? Hashing.md5() : Hashing.sha256();
    }
  }

  public WeightFile {
    checkArgument(
        hash.matches("[0-9a-f]{" + algorithm.least + "," + algorithm.most + "}"),
        "A hash of %s has %s to %s lower-case hexadecimal digits, got %s",
        algorithm,
        algorithm.least,
        algorithm.most,
        hash);
    checkArgument(
        !name.contains("/") && !name.contains("\\"), "A file name has no folders, got %s", name);
  }

  /** A file with a published MD5 sum. */
  public static WeightFile md5(String name, URI source, String hash) {
    return new WeightFile(name, source, Algorithm.MD5, hash);
  }

  /** A file with a SHA-256 sum. */
  public static WeightFile sha256(String name, URI source, String hash) {
    return new WeightFile(name, source, Algorithm.SHA256, hash);
  }

  /** A file of which the first digits of the SHA-256 sum are published, as torchvision does. */
  public static WeightFile sha256Prefix(String name, URI source, String digits) {
    return new WeightFile(name, source, Algorithm.SHA256, digits);
  }

  /**
   * Whether a file has this one's content.
   *
   * @throws IOException if it cannot be read
   */
  public boolean is(Path file) throws IOException {
    return hasHash(hashOf(file));
  }

  /** Whether that is the hash, or begins with what is published of it. */
  boolean hasHash(String actual) {
    return actual.startsWith(hash);
  }

  /** The hash of a file in this one's algorithm. */
  String hashOf(Path file) throws IOException {
    return MoreFiles.asByteSource(file).hash(algorithm.function()).toString();
  }
}
