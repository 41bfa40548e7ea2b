package dev.finetune.engine;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The settings of an engine. Immutable: each method returns a modified copy.
 *
 * <pre>{@code
 * EngineOptions.defaults().engine("onednn").threads(1)
 * }</pre>
 *
 * @param engine the name of the engine; empty for the available engine with the highest preference
 * @param threads how many threads compute one network, at least 1. Sums are split among the
 *     threads, so another number may change the last bits of the results, and stored features are
 *     found only with the number they were computed with. The setting applies to the engine {@code
 *     onednn} on Linux; {@code dl4j}, and OpenMP on other systems, choose their own number
 * @param winograd whether 3 x 3 convolutions may use Winograd's algorithm where the engine has it.
 *     It needs fewer multiplications and rounds more: the relative errors of gradients are about
 *     3e-6 instead of 6e-7
 */
public record EngineOptions(Optional<String> engine, int threads, boolean winograd) {

  /** In a list, the first number is for the outermost parallel region, the only one used here. */
  private static final Pattern OMP_NUM_THREADS = Pattern.compile("\\s*(\\d{1,5})\\s*(,.*)?");

  /**
   * Creates options.
   *
   * @param engine the name of the engine, or empty
   * @param threads the number of threads, at least 1
   * @param winograd whether Winograd's algorithm is allowed
   * @throws IllegalArgumentException if {@code threads} is less than 1
   */
  public EngineOptions {
    requireNonNull(engine, "engine");
    checkArgument(threads >= 1, "threads must be >= 1, got %s", threads);
  }

  /**
   * {@return the defaults: no named engine, Winograd's algorithm allowed, and the default number of
   * threads} That number is the value of the environment variable {@code OMP_NUM_THREADS} if it is
   * set to a positive number, and otherwise {@link Runtime#availableProcessors()}, which respects
   * CPU affinity, container quotas and {@code -XX:ActiveProcessorCount}.
   */
  public static EngineOptions defaults() {
    return new EngineOptions(
        Optional.empty(), defaultThreads(System.getenv("OMP_NUM_THREADS")), true);
  }

  /**
   * {@return a copy with a named engine}
   *
   * @param name the name of an engine, such as {@code onednn} or {@code dl4j}. Whether it exists is
   *     checked when a network is created
   */
  public EngineOptions engine(String name) {
    return new EngineOptions(Optional.of(name), threads, winograd);
  }

  /**
   * {@return a copy with another number of threads per network}
   *
   * @param value the number of threads, at least 1
   * @throws IllegalArgumentException if the value is less than 1
   */
  public EngineOptions threads(int value) {
    return new EngineOptions(engine, value, winograd);
  }

  /**
   * {@return a copy that allows or forbids Winograd's algorithm}
   *
   * @param value whether it is allowed; if not, convolutions are computed directly
   */
  public EngineOptions winograd(boolean value) {
    return new EngineOptions(engine, threads, value);
  }

  static int defaultThreads(@Nullable String ompNumThreads) {
    Matcher given = OMP_NUM_THREADS.matcher(ompNumThreads == null ? "" : ompNumThreads);
    int wanted = given.matches() ? Integer.parseInt(given.group(1)) : 0;
    return wanted > 0 ? wanted : Runtime.getRuntime().availableProcessors();
  }
}
