package dev.finetune.internal.files;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.concurrent.ThreadLocalRandom;

/** Writes files atomically: a file appears complete or not at all. */
public final class AtomicFiles {

  private static final int BUFFER = 1 << 16;

  /** File systems allow 255 bytes for a name. */
  private static final int LONGEST_BEGINNING = 230;

  private static final int MOST_LINKS = 40;

  /** The content of a file. */
  @FunctionalInterface
  public interface Content {
    /** Writes all of the content. The caller closes the stream. */
    void writeTo(OutputStream out) throws IOException;
  }

  private AtomicFiles() {}

  /**
   * Writes a file and creates missing folders. It replaces an existing file only when all of the
   * content is on disk, and keeps its permissions. Those of a new one follow the umask of the
   * process, as for any other file. Of a link, the file that it leads to is written.
   *
   * @throws IOException if the file cannot be written; the message names the file. An existing file
   *     is unchanged.
   */
  public static void write(Path file, Content content) throws IOException {
    Path target = destination(file.toAbsolutePath());
    Files.createDirectories(target.getParent());
    Path unfinished = sibling(target);
    try {
      fill(unfinished, content);
      keepPermissions(target, unfinished);
      Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      throw e; // names the file
    } catch (IOException e) {
      throw new IOException(file + ": writing failed: " + e, e);
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }

  /** Follows links, whose last one may lead to a file that does not exist yet. */
  private static Path destination(Path file) throws IOException {
    Path at = file;
    for (int links = 0; Files.isSymbolicLink(at); links++) {
      if (links == MOST_LINKS) {
        throw new FileSystemLoopException(file.toString());
      }
      at = at.resolveSibling(Files.readSymbolicLink(at));
    }
    return at;
  }

  private static void keepPermissions(Path existing, Path replacement) throws IOException {
    if (Files.exists(existing)
        && Files.getFileAttributeView(existing, PosixFileAttributeView.class) != null) {
      Files.setPosixFilePermissions(replacement, Files.getPosixFilePermissions(existing));
    }
  }

  /**
   * Returns a temporary name in the same folder. {@code Files.createTempFile} is not used: only the
   * owner may read the files that it creates.
   */
  private static Path sibling(Path target) {
    String suffix = Long.toHexString(ThreadLocalRandom.current().nextLong());
    return target.resolveSibling(beginning(target) + "." + suffix + ".tmp");
  }

  /** Returns the name of a file, or as much of it as leaves place for a suffix. */
  private static String beginning(Path file) {
    String name = String.valueOf(file.getFileName());
    int length = name.length();
    while (name.substring(0, length).getBytes(StandardCharsets.UTF_8).length > LONGEST_BEGINNING) {
      length--;
    }
    return name.substring(0, length);
  }

  private static void fill(Path unfinished, Content content) throws IOException {
    try (FileChannel channel =
        FileChannel.open(unfinished, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER);
      content.writeTo(out);
      out.flush();
      channel.force(true);
    }
  }
}
