package dev.finetune.examples;

import dev.finetune.FineTunedModel;
import dev.finetune.Models;
import dev.finetune.TrainedModel;
import dev.finetune.engine.EngineOptions;
import dev.finetune.engine.Engines;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that choose how networks are computed. */
final class ComputeOptions {

  static final String ENGINE = "--engine";
  static final String THREADS = "--threads";

  @Option(
      names = ENGINE,
      paramLabel = "ENGINE",
      converter = Converters.EngineName.class,
      completionCandidates = Converters.EngineNames.class,
      description =
          "The engine that computes: onednn or dl4j (default: a saved model's own, or else the"
              + " fastest that is available).")
  private @Nullable String engine;

  @Option(
      names = THREADS,
      paramLabel = "N",
      converter = Converters.Count.class,
      description =
          "The number of threads of the engine onednn (default: $OMP_NUM_THREADS, or all available"
              + " cores).")
  private @Nullable Integer threads;

  /** Returns the defaults, changed as the options say. */
  EngineOptions options() {
    return over(EngineOptions.defaults());
  }

  /** Returns the engine and the number of threads of engine options. */
  static ResolvedOptions resolved(EngineOptions options) {
    return new ResolvedOptions()
        .add(ENGINE, Engines.find(options).name())
        .add(THREADS, options.threads());
  }

  /** Reads a saved model. Its own engine computes, unless the options name another one. */
  FineTunedModel load(Path file) throws IOException {
    return load("MODEL", file);
  }

  /**
   * Reads a saved model.
   *
   * @param argument the argument that names it
   */
  FineTunedModel load(String argument, Path file) throws IOException {
    return FineTunedModel.load(
        PathChecks.file(argument, "the file of a saved model", file), this::over);
  }

  /** Reads a saved model of classes, tags or values, as {@link #load}. */
  TrainedModel loadAny(Path file) throws IOException {
    return Models.load(PathChecks.file("MODEL", "the file of a saved model", file), this::over);
  }

  private EngineOptions over(EngineOptions defaults) {
    EngineOptions options = engine == null ? defaults : defaults.engine(engine);
    return threads == null ? options : options.threads(threads);
  }
}
