package dev.finetune.datasets.decode;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadProgressListener;
import org.jspecify.annotations.Nullable;

/**
 * The time that a thread may compute on one image. Time in which other threads or programs have the
 * processor does not count: a good image is not refused because the machine is shared.
 *
 * <p>The first half of the limit is taken by the clock, the second half is processor time. Java's
 * management, which measures it and takes 80 ms to load, is so left alone by all usual images.
 */
final class DecodeTime {

  /** Many times what the slowest format takes for 100 million pixels. */
  static final double USUAL_SECONDS = 60;

  /** The system property that sets the limit. */
  static final String PROPERTY = "finetune.maxDecodeSeconds";

  private final double seconds;
  private final long start = System.nanoTime();

  /** Measures processor time since half of the limit was over; null before. */
  private @Nullable Processor processor;

  private DecodeTime(double seconds) {
    this.seconds = seconds;
  }

  /**
   * Starts to measure. Call the other methods from the same thread.
   *
   * @throws IllegalArgumentException if the system property is not a positive number
   */
  static DecodeTime start() {
    String text = System.getProperty(PROPERTY);
    if (text == null) {
      return new DecodeTime(USUAL_SECONDS);
    }
    try {
      double seconds = Double.parseDouble(text.strip());
      if (seconds > 0) {
        return new DecodeTime(seconds);
      }
    } catch (NumberFormatException e) {
      // reported below
    }
    throw new IllegalArgumentException(
        "The system property " + PROPERTY + " must be a number > 0, got " + text);
  }

  /**
   * Makes a reader stop when the time is over. It then returns what it has: see {@link #require}.
   */
  void limit(ImageReader reader) {
    reader.addIIOReadProgressListener(new Stop());
  }

  /**
   * Checks the time.
   *
   * @throws IOException if it is over
   */
  void require() throws IOException {
    if (isOver()) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "the image must be decoded in %s s of processor time, and was not; the system"
                  + " property %s sets the limit",
              text(),
              PROPERTY));
    }
  }

  private String text() {
    return seconds == Math.rint(seconds) ? Long.toString((long) seconds) : Double.toString(seconds);
  }

  private boolean isOver() {
    double half = seconds / 2 * TimeUnit.SECONDS.toNanos(1);
    if (processor == null && System.nanoTime() - start > half) {
      processor = new Processor();
    }
    return processor != null && processor.nanos() > half;
  }

  /** The time in which a thread had a processor, or by the clock where Java cannot tell. */
  private static final class Processor {

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final long start = now();

    long nanos() {
      return now() - start;
    }

    private long now() {
      return threads.isCurrentThreadCpuTimeSupported()
          ? threads.getCurrentThreadCpuTime()
          : System.nanoTime();
    }
  }

  /** Readers report their progress after rows, from the thread that reads. */
  private final class Stop implements IIOReadProgressListener {

    @Override
    public void imageProgress(ImageReader source, float percentageDone) {
      if (isOver()) {
        source.abort();
      }
    }

    @Override
    public void sequenceStarted(ImageReader source, int minIndex) {}

    @Override
    public void sequenceComplete(ImageReader source) {}

    @Override
    public void imageStarted(ImageReader source, int imageIndex) {}

    @Override
    public void imageComplete(ImageReader source) {}

    @Override
    public void thumbnailStarted(ImageReader source, int imageIndex, int thumbnailIndex) {}

    @Override
    public void thumbnailProgress(ImageReader source, float percentageDone) {}

    @Override
    public void thumbnailComplete(ImageReader source) {}

    @Override
    public void readAborted(ImageReader source) {}
  }
}
