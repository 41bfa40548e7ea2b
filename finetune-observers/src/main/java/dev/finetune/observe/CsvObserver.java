package dev.finetune.observe;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.finetune.train.EpochResult;
import dev.finetune.train.History;
import dev.finetune.train.Score;
import dev.finetune.train.TrainingEnd;
import dev.finetune.train.TrainingObserver;
import dev.finetune.train.TrainingStart;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * An observer that writes a table with one line per epoch. The lines and the heading are those of
 * {@link History#toCsv}. Each line is in the file before the next epoch begins, so a training that
 * fails or is killed leaves the lines of all finished epochs.
 *
 * <p>The first epoch of a training replaces the table of an earlier training. A training that
 * resumes in a later epoch keeps the lines of the epochs before. The same file must not be used by
 * two trainings at the same time.
 */
public final class CsvObserver implements TrainingObserver {

  /** The columns that every table begins with. */
  private static final String FIRST_COLUMNS = "epoch,train_loss,";

  private final Path file;

  /** The score of this training, which names two columns. */
  private Score score = Score.ACCURACY;

  /** Whether this training has written a line. */
  private boolean begun;

  private CsvObserver(Path file) {
    this.file = file;
  }

  /**
   * {@return an observer that writes to a file}
   *
   * @param file the table to write; it and missing folders are created when the training starts
   * @throws IllegalArgumentException if the path is a directory, is below a file, or is not on the
   *     default file system
   */
  public static CsvObserver at(Path file) {
    AppendedFile.requireCreatable("file", file);
    checkArgument(!Files.isDirectory(file), "file must be a CSV file, got the directory %s", file);
    return new CsvObserver(file);
  }

  /**
   * {@inheritDoc}
   *
   * @throws UncheckedIOException if the file exists and is not the table of an earlier training, or
   *     cannot be written
   */
  @Override
  public void trainingStarted(TrainingStart start) {
    score = start.score();
    begun = false;
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
    } catch (IOException e) {
      throw AppendedFile.failed(file, e);
    }
    AppendedFile.append(file, new byte[0]);
    String table = read();
    if (!table.isEmpty() && !table.startsWith(FIRST_COLUMNS)) {
      throw new UncheckedIOException(
          new IOException(
              file
                  + ": must be a new file or the table of an earlier training, got a file that does"
                  + " not begin with \""
                  + FIRST_COLUMNS
                  + "\""));
    }
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException if the training resumes and the table has other columns
   * @throws UncheckedIOException if the file cannot be written
   */
  @Override
  public void epochEnded(EpochResult result) {
    String csv = new History(List.of(result), 0, score, TrainingEnd.COMPLETED).toCsv();
    int rowStart = csv.lastIndexOf('\n', csv.length() - 2) + 1;
    String row = csv.substring(rowStart);
    if (!begun) {
      String kept = linesBefore(result.epoch(), csv.substring(0, rowStart));
      shorten(kept.getBytes(UTF_8).length);
      row = kept.isEmpty() ? csv : row;
      begun = true;
    }
    AppendedFile.append(file, row.getBytes(UTF_8));
  }

  /** Returns the heading and the lines of earlier epochs; empty if there are none. */
  private String linesBefore(int epoch, String heading) {
    String table = epoch == 1 ? "" : read();
    if (table.isEmpty()) {
      return "";
    }
    checkState(
        table.startsWith(heading),
        "%s: a training that resumes must have the columns of the table, got %s",
        file,
        heading.trim());
    int end = heading.length();
    // A line without its end is of a process that was killed while it wrote.
    for (int next = table.indexOf('\n', end) + 1;
        next > 0 && epochOf(table.substring(end, next)) < epoch;
        next = table.indexOf('\n', end) + 1) {
      end = next;
    }
    return table.substring(0, end);
  }

  private static int epochOf(String line) {
    try {
      return Integer.parseInt(line.substring(0, Math.max(0, line.indexOf(','))));
    } catch (NumberFormatException e) {
      return Integer.MAX_VALUE;
    }
  }

  private String read() {
    // Not with Files, which reads nothing in an interrupted thread.
    try (InputStream in = new FileInputStream(file.toFile())) {
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw AppendedFile.failed(file, e);
    }
  }

  private void shorten(long length) {
    try (RandomAccessFile table = new RandomAccessFile(file.toFile(), "rw")) {
      table.setLength(length);
    } catch (IOException e) {
      throw AppendedFile.failed(file, e);
    }
  }
}
