package dev.finetune.train;

import com.google.common.base.Strings;
import java.io.PrintStream;
import java.util.Locale;

/**
 * An observer that prints progress. On a terminal it rewrites one line with loss, score, images/s
 * and time left; elsewhere it prints a line per epoch.
 */
public final class ProgressPrinter implements TrainingObserver {

  private static final int BAR = 24;

  private final PrintStream out;
  private final boolean terminal;
  private int epochs;
  private Score score = Score.ACCURACY;

  private ProgressPrinter(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /** {@return a printer to standard error, which detects whether it is a terminal} */
  public static ProgressPrinter standardError() {
    return new ProgressPrinter(System.err, Terminals.interactive());
  }

  /**
   * {@return a printer to a stream}
   *
   * @param out receives the text
   * @param terminal whether the stream is a terminal that supports escape sequences
   */
  public static ProgressPrinter of(PrintStream out, boolean terminal) {
    return new ProgressPrinter(out, terminal);
  }

  @Override
  public void trainingStarted(TrainingStart start) {
    epochs = start.epochs();
    score = start.score();
    out.printf(
        Locale.ROOT,
        "Training on %d images, validating on %d, %d epochs%n",
        start.trainImages(),
        start.validImages(),
        epochs);
    if (start.finished() > 0) {
      out.printf(Locale.ROOT, "Continuing after epoch %d%n", start.finished());
    }
  }

  @Override
  public void memoryEstimated(MemoryEstimate estimate) {
    out.printf(Locale.ROOT, "Memory needed: about %s%n", estimate);
  }

  @Override
  public void stemProgress(int done, int total) {
    if (terminal) {
      rewrite(String.format(Locale.ROOT, "frozen stem %s %d/%d", bar(done, total), done, total));
      if (done == total) {
        out.println();
      }
    } else if (done == total) {
      out.printf(Locale.ROOT, "Frozen stem computed once for %d images%n", total);
    }
  }

  @Override
  public void batchEnded(BatchResult r) {
    if (terminal) {
      rewrite(
          String.format(
              Locale.ROOT,
              "epoch %d/%d %s loss %.4f %s %.3f %.1f images/s %s left",
              r.epoch(),
              r.epochs(),
              bar(r.batch(), r.batches()),
              r.loss(),
              score.trainLabel(),
              r.score(),
              r.imagesPerSecond(),
              duration(r.secondsLeft())));
    }
  }

  @Override
  public void epochEnded(EpochResult r) {
    String line =
        String.format(
            Locale.ROOT,
            "epoch %d/%d loss %.4f %s %.3f valid loss %.4f valid %s %.3f %.1f images/s %.1f s",
            r.epoch(),
            epochs,
            r.trainLoss(),
            score.trainLabel(),
            r.trainScore(),
            r.validLoss(),
            score.label(),
            r.validScore(),
            r.imagesPerSecond(),
            r.seconds());
    if (terminal) {
      rewrite(line);
    } else {
      out.print(line);
    }
    out.println();
  }

  private void rewrite(String line) {
    // ESC [ K clears the rest of a longer previous line.
    out.print("\r" + line + "\u001b[K");
    out.flush();
  }

  private static String bar(int done, int total) {
    int filled = (int) ((long) BAR * done / Math.max(total, 1));
    return "[" + Strings.repeat("#", filled) + Strings.repeat(".", BAR - filled) + "]";
  }

  private static String duration(double seconds) {
    long s = Math.round(seconds);
    return s < 60
        ? s + " s"
        : s < 3600
            ? String.format(Locale.ROOT, "%d:%02d min", s / 60, s % 60)
            : String.format(Locale.ROOT, "%d:%02d h", s / 3600, s % 3600 / 60);
  }
}
