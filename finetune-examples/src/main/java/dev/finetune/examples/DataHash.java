package dev.finetune.examples;

import dev.finetune.data.ImageSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;

/** Hashes the images of a training, to recognise them later. */
final class DataHash {

  private DataHash() {}

  /** Returns the number of images, and a SHA-256 of their names, targets and files, in order. */
  static <D extends ImageSource> String of(TrainingTask<D, ?, ?> task, TrainingData.Part<D> part)
      throws IOException {
    D images = part.images();
    List<String> targets = task.targets(images);
    List<String> lines;
    try {
      lines =
          IntStream.range(0, images.size())
              .parallel()
              .mapToObj(
                  i ->
                      images.name(i)
                          + "\t"
                          + targets.get(i)
                          + "\t"
                          + hash(part.root().resolve(images.name(i)))
                          + "\n")
              .toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    MessageDigest all = sha256();
    lines.forEach(line -> all.update(line.getBytes(StandardCharsets.UTF_8)));
    return images.size() + " images, sha256 " + HexFormat.of().formatHex(all.digest());
  }

  /** Returns the SHA-256 of a file. */
  static String of(Path file) throws IOException {
    try {
      return hash(file);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static String hash(Path file) {
    try (InputStream in = Files.newInputStream(file);
        DigestInputStream digest = new DigestInputStream(in, sha256())) {
      digest.transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(digest.getMessageDigest().digest());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java runtime must have SHA-256", e);
    }
  }
}
