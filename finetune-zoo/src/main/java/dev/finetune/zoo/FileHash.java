package dev.finetune.zoo;

import com.google.common.hash.Hashing;
import com.google.common.io.ByteSource;
import com.google.common.io.MoreFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** File hashes for provenance. */
final class FileHash {

  private FileHash() {}

  /** Returns the SHA-256 hash of files, one after the other, in lower-case hexadecimal. */
  static String sha256(List<Path> files) throws IOException {
    return ByteSource.concat(files.stream().map(MoreFiles::asByteSource).toList())
        .hash(Hashing.sha256())
        .toString();
  }
}
