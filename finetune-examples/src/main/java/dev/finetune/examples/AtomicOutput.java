package dev.finetune.examples;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Writes files that appear complete or not at all. */
final class AtomicOutput {

  private AtomicOutput() {}

  /** Writes the content of a file. */
  interface Content {
    /** Writes the content to a file that exists and is empty. */
    void write(Path file) throws IOException;
  }

  /** Writes text in UTF-8. */
  static void text(Path file, String text) throws IOException {
    write(file, to -> Files.write(to, text.getBytes(StandardCharsets.UTF_8)));
  }

  /** Writes a file beside its place and moves it there. */
  static void write(Path file, Content content) throws IOException {
    Path unfinished = file.resolveSibling(file.getFileName() + ".tmp");
    try {
      Files.deleteIfExists(unfinished);
      Files.createFile(unfinished);
      content.write(unfinished);
      move(unfinished, file);
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
