package dev.finetune.internal.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finetune.engine.Availability;
import dev.finetune.engine.Engine;
import dev.finetune.engine.EngineException;
import dev.finetune.engine.EngineOptions;
import dev.finetune.engine.Engines;
import dev.finetune.engine.InferenceNetwork;
import dev.finetune.engine.NormPolicy;
import dev.finetune.engine.TrainableNetwork;
import dev.finetune.graph.LayerGraph;
import dev.finetune.weights.Weights;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineLoadingTest {

  private static final AtomicInteger LOADED = new AtomicInteger();

  /** An engine whose availability is counted. */
  public abstract static class Asked implements Engine {
    @Override
    public String name() {
      return getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }

    @Override
    public Availability availability() {
      LOADED.incrementAndGet();
      return Availability.with(Availability.CPU);
    }

    @Override
    public InferenceNetwork inference(LayerGraph graph, Weights weights, EngineOptions options) {
      throw new UnsupportedOperationException();
    }

    @Override
    public TrainableNetwork training(
        LayerGraph graph,
        Set<String> frozen,
        Weights weights,
        NormPolicy norms,
        EngineOptions options) {
      throw new UnsupportedOperationException();
    }

    @Override
    public String describe() {
      return name();
    }

    @Override
    public String fingerprint(EngineOptions options) {
      return name();
    }

    @Override
    public long freeMemory() {
      return Long.MAX_VALUE;
    }
  }

  /** One engine. */
  public static final class First extends Asked {}

  /** Another engine. */
  public static final class Second extends Asked {}

  /** An engine whose native code does not load. */
  public static final class Broken extends Asked {
    @Override
    public Availability availability() {
      LOADED.incrementAndGet();
      throw new UnsatisfiedLinkError("no native code");
    }
  }

  /** An engine that cannot be created. */
  public static final class Unmade extends Asked {
    /** Fails. */
    public Unmade() {
      throw new IllegalStateException("no engine");
    }
  }

  @TempDir Path folder;
  private ClassLoader before;

  @BeforeEach
  void remember() {
    before = Thread.currentThread().getContextClassLoader();
    LOADED.set(0);
  }

  @AfterEach
  void restore() {
    Thread.currentThread().setContextClassLoader(before);
  }

  /** Loads with these engines on the class path, then runs the check. */
  private void load(Runnable check, Class<?>... engines) throws IOException {
    Path services = Files.createDirectories(folder.resolve("META-INF/services"));
    StringBuilder names = new StringBuilder();
    for (Class<?> engine : engines) {
      names.append(engine.getName()).append('\n');
    }
    Files.writeString(services.resolve(Engine.class.getName()), names);
    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {folder.toUri().toURL()}, getClass().getClassLoader())) {
      Thread.currentThread().setContextClassLoader(loader);
      EngineLoading.begin().await();
      check.run();
    }
  }

  @Test
  void should_load_the_only_engine() throws IOException {
    load(() -> assertThat(Engines.all()).hasSize(1), First.class);

    assertThat(LOADED).hasValue(1);
  }

  @Test
  void should_load_none_of_several() throws IOException {
    load(() -> assertThat(Engines.all()).hasSize(2), First.class, Second.class);

    assertThat(LOADED).hasValue(0);
  }

  @Test
  void should_leave_it_to_the_caller_to_report_native_code_that_does_not_load() throws IOException {
    load(
        () ->
            assertThatThrownBy(() -> Engines.find(EngineOptions.defaults()))
                .isInstanceOf(UnsatisfiedLinkError.class)
                .hasMessage("no native code"),
        Broken.class);

    assertThat(LOADED).hasValue(2);
  }

  @Test
  void should_leave_it_to_the_caller_to_report_an_engine_that_cannot_be_created()
      throws IOException {
    load(
        () ->
            assertThatThrownBy(Engines::all)
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("An engine on the class path cannot be loaded"),
        Unmade.class);
  }

  @Test
  void should_wait_through_an_interrupt_and_keep_it() throws IOException {
    Thread.currentThread().interrupt();

    load(() -> assertThat(Thread.interrupted()).isTrue(), First.class);

    assertThat(LOADED).hasValue(1);
  }
}
