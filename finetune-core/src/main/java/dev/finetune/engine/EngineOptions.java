package dev.finetune.engine;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a network is computed. Immutable: each method returns a changed copy.
 *
 * <pre>{@code
 * EngineOptions.defaults().threads(1)
 * }</pre>
 *
 * @param convolutions which code computes
 * @param threads how many threads compute one network, at least 1. Sums over a batch are split
 *     among them, so another number may change the last bits of what a training gives. It holds for
 *     oneDNN on Linux; Deeplearning4j's layers, and OpenMP elsewhere, take their own number
 * @param winograd whether 3 x 3 convolutions may use Winograd's algorithm, where there is one. It
 *     takes fewer multiplications, and rounds more: relative errors of gradients are some 3e-6
 *     instead of 6e-7
 */
public record EngineOptions(ConvolutionPath convolutions, int threads, boolean winograd) {

  /** Of a list the first number is that of the outermost threads, the only ones here. */
  private static final Pattern OMP_NUM_THREADS = Pattern.compile("\\s*(\\d{1,5})\\s*(,.*)?");

  public EngineOptions {
    requireNonNull(convolutions, "convolutions");
    checkArgument(threads >= 1, "threads must be >= 1, got %s", threads);
  }

  /**
   * Returns what holds if nothing is said: oneDNN, Winograd's algorithm, and as many threads as
   * {@link Runtime#availableProcessors()} tells, which knows of CPU affinity, of a container's
   * quota and of {@code -XX:ActiveProcessorCount}; or as many as the environment variable {@code
   * OMP_NUM_THREADS} says, where it is set.
   */
  public static EngineOptions defaults() {
    return new EngineOptions(
        ConvolutionPath.ONEDNN, defaultThreads(System.getenv("OMP_NUM_THREADS")), true);
  }

  /** Returns a copy in which that code computes. */
  public EngineOptions convolutions(ConvolutionPath value) {
    return new EngineOptions(value, threads, winograd);
  }

  /**
   * Returns a copy with that many threads for a network.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public EngineOptions threads(int value) {
    return new EngineOptions(convolutions, value, winograd);
  }

  /** Returns a copy with Winograd's algorithm allowed, or with the direct one only. */
  public EngineOptions winograd(boolean value) {
    return new EngineOptions(convolutions, threads, value);
  }

  static int defaultThreads(@Nullable String ompNumThreads) {
    Matcher given = OMP_NUM_THREADS.matcher(ompNumThreads == null ? "" : ompNumThreads);
    int wanted = given.matches() ? Integer.parseInt(given.group(1)) : 0;
    return wanted > 0 ? wanted : Runtime.getRuntime().availableProcessors();
  }
}
