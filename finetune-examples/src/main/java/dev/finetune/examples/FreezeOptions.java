package dev.finetune.examples;

import dev.finetune.freeze.Freeze;
import dev.finetune.freeze.FreezeStrategy;
import dev.finetune.graph.LayerGraph;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The options that choose the frozen layers. */
final class FreezeOptions {

  @ArgGroup private @Nullable Choice choice;

  /** The options, of which one can be given. */
  static final class Choice {

    @Option(
        names = "--freeze-all-but",
        paramLabel = "N",
        converter = Converters.CountOrZero.class,
        description = "Train the last N layers of the backbone, counted as Keras counts them.")
    @Nullable Integer allBut;

    @Option(
        names = "--freeze-up-to",
        paramLabel = "LAYER",
        description = "Freeze this layer and all layers that it depends on.")
    @Nullable String upTo;

    @Option(
        names = "--freeze-up-to-stage",
        paramLabel = "N",
        converter = Converters.CountOrZero.class,
        description = "Freeze the first N stages; summary shows where they end.")
    @Nullable Integer upToStage;

    @Option(names = "--freeze-all", description = "Freeze the whole backbone (transfer learning).")
    boolean all;

    @Option(names = "--freeze-none", description = "Train the whole network.")
    boolean none;

    private FreezeStrategy strategy() {
      if (allBut != null) {
        return Freeze.allBut(allBut);
      } else if (upTo != null) {
        return Freeze.upTo(upTo);
      } else if (upToStage != null) {
        return Freeze.upToStage(upToStage);
      }
      return all ? Freeze.all() : Freeze.none();
    }

    private String option() {
      if (allBut != null) {
        return "--freeze-all-but";
      } else if (upTo != null) {
        return "--freeze-up-to";
      } else if (upToStage != null) {
        return "--freeze-up-to-stage";
      }
      return all ? "--freeze-all" : "--freeze-none";
    }
  }

  /**
   * Returns the strategy that was chosen; empty if none was.
   *
   * @param backbone the layers to freeze; a strategy that does not fit them is a wrong call
   */
  Optional<FreezeStrategy> strategy(LayerGraph backbone) {
    if (choice == null) {
      return Optional.empty();
    }
    FreezeStrategy strategy = choice.strategy();
    WrongCall.unlessBuilt(choice.option(), () -> strategy.frozenLayers(backbone));
    return Optional.of(strategy);
  }
}
