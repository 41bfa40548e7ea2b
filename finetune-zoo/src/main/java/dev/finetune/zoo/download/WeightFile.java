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
 * @param name its name in the cache directory, without separators
 * @param source the address at which it is published
 * @param algorithm the algorithm of the published hash
 * @param hash the published hash in lower-case hexadecimal digits: all 32 of MD5, or the first 8 to
 *     64 of SHA-256
 */
public record WeightFile(String name, URI source, Algorithm algorithm, String hash) {

  /** The algorithm of a published hash. */
  public enum Algorithm {
    /** Protects against accidental damage only. Keras publishes no other hashes. */
    MD5(32, 32),
    /**
     * Protects against accidental damage and tampering; a prefix of 8 digits, as torchvision
     * publishes, is weak against tampering.
     */
    SHA256(8, 64);

    private final int least;
    private final int most;

    Algorithm(int least, int most) {
      this.least = least;
      this.most = most;
    }

    @SuppressWarnings("deprecation") // Keras publishes MD5 hashes only
    private HashFunction function() {
      return this == MD5 ? Hashing.md5() : Hashing.sha256();
    }
  }

  /**
   * Creates a file.
   *
   * @param name its name in the cache directory, without separators
   * @param source the address at which it is published
   * @param algorithm the algorithm of the published hash
   * @param hash the published hash in lower-case hexadecimal digits
   * @throws IllegalArgumentException if {@code hash} is not a hash of {@code algorithm}, or {@code
   *     name} contains a separator
   */
  public WeightFile {
    checkArgument(
        hash.matches("[0-9a-f]{" + algorithm.least + "," + algorithm.most + "}"),
        "hash must have %s to %s lower-case hexadecimal digits for %s, got %s",
        algorithm.least,
        algorithm.most,
        algorithm,
        hash);
    checkArgument(
        !name.contains("/") && !name.contains("\\"),
        "name must not contain a separator, got %s",
        name);
  }

  /**
   * Creates a file with a published MD5 hash.
   *
   * @param name its name in the cache directory
   * @param source the address at which it is published
   * @param hash the 32 lower-case hexadecimal digits of the hash
   * @return the file
   * @throws IllegalArgumentException if {@code hash} is not an MD5 hash, or {@code name} contains a
   *     separator
   */
  public static WeightFile md5(String name, URI source, String hash) {
    return new WeightFile(name, source, Algorithm.MD5, hash);
  }

  /**
   * Creates a file with a published SHA-256 hash.
   *
   * @param name its name in the cache directory
   * @param source the address at which it is published
   * @param hash the 64 lower-case hexadecimal digits of the hash
   * @return the file
   * @throws IllegalArgumentException if {@code hash} does not have 8 to 64 lower-case hexadecimal
   *     digits, or {@code name} contains a separator
   */
  public static WeightFile sha256(String name, URI source, String hash) {
    return new WeightFile(name, source, Algorithm.SHA256, hash);
  }

  /**
   * Creates a file with a published prefix of its SHA-256 hash, as torchvision publishes it.
   *
   * @param name its name in the cache directory
   * @param source the address at which it is published
   * @param digits the first 8 to 64 lower-case hexadecimal digits of the hash
   * @return the file
   * @throws IllegalArgumentException if {@code digits} does not have 8 to 64 lower-case hexadecimal
   *     digits, or {@code name} contains a separator
   */
  public static WeightFile sha256Prefix(String name, URI source, String digits) {
    return new WeightFile(name, source, Algorithm.SHA256, digits);
  }

  /**
   * Returns whether a local file has the published hash.
   *
   * @param file the file to hash
   * @return whether its hash is, or begins with, the published one
   * @throws IOException if {@code file} cannot be read
   */
  public boolean is(Path file) throws IOException {
    return hasHash(hashOf(file));
  }

  /** Returns whether a complete hash equals the published one, or begins with it. */
  boolean hasHash(String actual) {
    return actual.startsWith(hash);
  }

  /** Returns the complete hash of a local file in the algorithm of the published one. */
  String hashOf(Path file) throws IOException {
    return MoreFiles.asByteSource(file).hash(algorithm.function()).toString();
  }
}
