package dev.finetune.examples;

import dev.finetune.freeze.Freeze;
import dev.finetune.freeze.FreezeStrategy;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The ways to freeze, of which one can be chosen. */
final class FreezeOptions {

  @Option(
      names = "--freeze-all-but",
      paramLabel = "N",
      description = "Train the last N layers of the backbone, counted as Keras counts them.")
  @Nullable Integer allBut;

  @Option(
      names = "--freeze-up-to",
      paramLabel = "LAYER",
      description = "Freeze that layer and all it depends on.")
  @Nullable String upTo;

  @Option(
      names = "--freeze-up-to-stage",
      paramLabel = "N",
      description = "Freeze the first N stages; summary shows where they end.")
  @Nullable Integer upToStage;

  @Option(names = "--freeze-all", description = "Freeze the whole backbone (transfer learning).")
  boolean all;

  @Option(names = "--freeze-none", description = "Train everything.")
  boolean none;

  FreezeStrategy strategy() {
    if (allBut != null) {
      return Freeze.allBut(allBut);
    }
    if (upTo != null) {
      return Freeze.upTo(upTo);
    }
    if (upToStage != null) {
      return Freeze.upToStage(upToStage);
    }
    return all ? Freeze.all() : Freeze.none();
  }
}
