package dev.finetune.examples;

import dev.finetune.engine.EngineOptions;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The engine that computes. */
final class EngineOption {

  @Option(
      names = "--engine",
      paramLabel = "NAME",
      description = "What computes: onednn or dl4j (default: the fastest that runs here).")
  private @Nullable String engine;

  /** Returns the options with that engine, or with the default one. */
  EngineOptions options() {
    return given().orElse(EngineOptions.defaults());
  }

  /** Returns the options with that engine; empty if none is named. */
  Optional<EngineOptions> given() {
    return Optional.ofNullable(engine).map(EngineOptions.defaults()::engine);
  }
}
