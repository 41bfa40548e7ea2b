package dev.finetune.engine;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a network is computed. Immutable: each method returns a changed copy.
 *
 * <pre>{@code
 * EngineOptions.defaults().engine("onednn").threads(1)
 * }</pre>
 *
 * @param engine the name of the engine that computes; empty for the available one with the highest
 *     preference
 * @param threads how many threads compute one network, at least 1. Sums are split among them, so
 *     another number may change the last bits of results, and features on disk are found only by
 *     the number they were computed with. It holds for the engine onednn on Linux; the engine dl4j,
 *     and OpenMP elsewhere, take their own number
 * @param winograd whether 3 x 3 convolutions may use Winograd's algorithm, where there is one. It
 *     takes fewer multiplications, and rounds more: relative errors of gradients are some 3e-6
 *     instead of 6e-7
 */
public record EngineOptions(Optional<String> engine, int threads, boolean winograd) {

  /** Of a list the first number is that of the outermost threads, the only ones here. */
  private static final Pattern OMP_NUM_THREADS = Pattern.compile("\\s*(\\d{1,5})\\s*(,.*)?");

  public EngineOptions {
    requireNonNull(engine, "engine");
    checkArgument(threads >= 1, "threads must be >= 1, got %s", threads);
  }

  /**
   * Returns the defaults: no engine is named, Winograd's algorithm is allowed, and as many threads
   * as {@link Runtime#availableProcessors()} tells, which knows of CPU affinity, of a container's
   * quota and of {@code -XX:ActiveProcessorCount}; or as many as the environment variable {@code
   * OMP_NUM_THREADS} says, where it is set.
   */
  public static EngineOptions defaults() {
    return new EngineOptions(
        Optional.empty(), defaultThreads(System.getenv("OMP_NUM_THREADS")), true);
  }

  /**
   * Returns a copy in which that engine computes.
   *
   * @param name such as {@code onednn} or {@code dl4j}; whether there is such an engine is seen
   *     when a network is made
   */
  public EngineOptions engine(String name) {
    return new EngineOptions(Optional.of(name), threads, winograd);
  }

  /**
   * Returns a copy with that many threads for a network.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public EngineOptions threads(int value) {
    return new EngineOptions(engine, value, winograd);
  }

  /** Returns a copy with Winograd's algorithm allowed, or with the direct one only. */
  public EngineOptions winograd(boolean value) {
    return new EngineOptions(engine, threads, value);
  }

  static int defaultThreads(@Nullable String ompNumThreads) {
    Matcher given = OMP_NUM_THREADS.matcher(ompNumThreads == null ? "" : ompNumThreads);
    int wanted = given.matches() ? Integer.parseInt(given.group(1)) : 0;
    return wanted > 0 ? wanted : Runtime.getRuntime().availableProcessors();
  }
}
