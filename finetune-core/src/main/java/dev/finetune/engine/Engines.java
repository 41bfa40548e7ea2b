package dev.finetune.engine;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.WeakHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The engines on the class path. */
public final class Engines {

  /** The Maven dependencies that provide this project's engines, by engine name. */
  private static final Map<String, String> DEPENDENCIES =
      ImmutableMap.of(
          "onednn",
          "dev.finetune:finetune-onednn",
          "dl4j",
          "dev.finetune:finetune-dl4j with an ND4J backend, such as org.nd4j:nd4j-native");

  private static final Logger LOG = LoggerFactory.getLogger(Engines.class);
  private static final AtomicBoolean WARNED = new AtomicBoolean();

  /** By the calling thread's class loader: on a server, each application has its own engines. */
  private static final Map<ClassLoader, ImmutableList<Engine>> FOUND = new WeakHashMap<>();

  private Engines() {}

  /**
   * {@return all engines on the class path, sorted by name, whether or not they can compute here}
   *
   * @throws EngineException if an engine cannot be loaded, or two have the same name
   */
  public static List<Engine> all() {
    List<ClassLoader> loaders = loaders();
    synchronized (FOUND) {
      return FOUND.computeIfAbsent(loaders.get(loaders.size() - 1), l -> prepared(load(loaders)));
    }
  }

  /**
   * {@return the engine that the options name; if they name none, the available engine with the
   * highest preference}
   *
   * @param options the options that may name an engine
   * @throws EngineException if there is no such engine, or it cannot compute here; the message
   *     names the dependency to add
   */
  public static Engine find(EngineOptions options) {
    return find(options.engine(), all());
  }

  static Engine find(Optional<String> name, List<Engine> engines) {
    return name.isPresent() ? named(name.get(), engines) : preferred(engines);
  }

  private static Engine named(String name, List<Engine> engines) {
    Engine engine =
        engines.stream()
            .filter(e -> e.name().equals(name))
            .findFirst()
            .orElseThrow(() -> new EngineException(unknown(name, engines)));
    Availability availability = engine.availability();
    if (!availability.computes()) {
      throw new EngineException(
          "The engine must be able to compute on this machine; "
              + name
              + " cannot: "
              + availability.reason());
    }
    return engine;
  }

  private static String unknown(String name, List<Engine> engines) {
    String dependency = DEPENDENCIES.get(name);
    return "engine must be one of the engines on the class path, "
        + engines.stream().map(Engine::name).toList()
        + ", got "
        + name
        + (dependency == null ? "" : ". Add the dependency " + dependency);
  }

  private static Engine preferred(List<Engine> engines) {
    Engine best = null;
    int preference = Integer.MIN_VALUE;
    Map<String, String> reasons = new LinkedHashMap<>();
    for (Engine engine : engines) {
      Availability availability = engine.availability();
      if (!availability.computes()) {
        reasons.put(engine.name(), availability.reason());
      } else if (availability.preference() > preference) {
        best = engine;
        preference = availability.preference();
      }
    }
    if (best == null) {
      throw new EngineException(none(reasons));
    }
    if (preference <= Availability.FALLBACK && !reasons.isEmpty() && !WARNED.getAndSet(true)) {
      LOG.warn(
          "Using the engine {}, which is about ten times slower than an engine for CPUs, because"
              + " other engines are not available: {}",
          best.name(),
          reasons);
    }
    return best;
  }

  private static String none(Map<String, String> reasons) {
    StringBuilder text =
        new StringBuilder("The class path must have an engine that can compute on this machine, ");
    if (reasons.isEmpty()) {
      text.append("got none. Add the dependency ").append(DEPENDENCIES.get("onednn"));
      return text.append(" or ").append(DEPENDENCIES.get("dl4j")).toString();
    }
    text.append("got");
    reasons.forEach(
        (name, reason) -> text.append(" ").append(name).append(" (").append(reason).append(")"));
    return text.toString();
  }

  private static ImmutableList<Engine> prepared(ImmutableList<Engine> engines) {
    engines.forEach(Engine::prepare);
    return engines;
  }

  /** Searches the class loaders of the library and of the calling thread, which may differ. */
  private static ImmutableList<Engine> load(List<ClassLoader> loaders) {
    Map<String, Engine> found = new LinkedHashMap<>();
    for (ClassLoader loader : loaders) {
      try {
        for (Engine engine : ServiceLoader.load(Engine.class, loader)) {
          Engine other = found.putIfAbsent(engine.name(), engine);
          if (other != null && other.getClass() != engine.getClass()) {
            throw new EngineException(
                "Engines must have different names, got two with the name "
                    + engine.name()
                    + ": "
                    + other.getClass().getName()
                    + " and "
                    + engine.getClass().getName());
          }
        }
      } catch (ServiceConfigurationError e) {
        throw new EngineException(
            "An engine on the class path cannot be loaded: " + e.getMessage(), e);
      }
    }
    // Sorted, so that the order of the class path has no effect.
    return found.values().stream()
        .sorted(Comparator.comparing(Engine::name))
        .collect(ImmutableList.toImmutableList());
  }

  private static List<ClassLoader> loaders() {
    ClassLoader own = Engines.class.getClassLoader();
    @Nullable ClassLoader context = Thread.currentThread().getContextClassLoader();
    return context == null || context == own ? List.of(own) : List.of(own, context);
  }
}
