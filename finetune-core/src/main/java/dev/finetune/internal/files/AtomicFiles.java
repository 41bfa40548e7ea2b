package dev.finetune.internal.files;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ThreadLocalRandom;

/** Writes files atomically: a file appears complete or not at all. */
public final class AtomicFiles {

  private static final int BUFFER = 1 << 16;

  /** The content of a file. */
  @FunctionalInterface
  public interface Content {
    /** Writes all of the content. The caller closes the stream. */
    void writeTo(OutputStream out) throws IOException;
  }

  private AtomicFiles() {}

  /**
   * Writes a file and creates missing folders. It replaces an existing file only when all of the
   * content is on disk. Its permissions follow the umask of the process, as for any other new file.
   *
   * @throws IOException if the file cannot be written; the message names the file. An existing file
   *     is unchanged.
   */
  public static void write(Path file, Content content) throws IOException {
    Path target = file.toAbsolutePath();
    Files.createDirectories(target.getParent());
    Path unfinished = sibling(target);
    try {
      fill(unfinished, content);
      Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      throw e; // names the file
    } catch (IOException e) {
      throw new IOException(file + ": writing failed: " + e, e);
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }

  /**
   * Returns a temporary name in the same folder. {@code Files.createTempFile} is not used: only the
   * owner may read the files that it creates.
   */
  private static Path sibling(Path target) {
    String suffix = Long.toHexString(ThreadLocalRandom.current().nextLong());
    return target.resolveSibling(target.getFileName() + "." + suffix + ".tmp");
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
