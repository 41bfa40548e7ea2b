package dev.finetune.zoo;

import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** File hashes for provenance. */
final class FileHash {

  private FileHash() {}

  /** Returns the SHA-256 hash of a file in lower-case hexadecimal. */
  static String sha256(Path file) {
    try {
      return MoreFiles.asByteSource(file).hash(Hashing.sha256()).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
