package dev.finetune.examples;

import dev.finetune.FineTune;
import dev.finetune.freeze.Freeze;
import dev.finetune.freeze.FreezeStrategy;
import dev.finetune.graph.LayerGraph;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The options that choose the frozen layers. */
final class FreezeOptions {

  static final String ALL = "--freeze-all";
  static final String ALL_BUT = "--freeze-all-but";
  static final String NONE = "--freeze-none";
  private static final String UP_TO = "--freeze-up-to";
  private static final String UP_TO_STAGE = "--freeze-up-to-stage";
  private static final String STAGE_BY_STAGE = "--unfreeze-stage-by-stage";

  @ArgGroup private @Nullable Choice choice;

  /** The options, of which one can be given. */
  static final class Choice {

    @Option(
        names = ALL_BUT,
        paramLabel = "N",
        converter = Converters.CountOrZero.class,
        description = "Train the last N layers of the backbone, counted as Keras counts them.")
    @Nullable Integer allBut;

    @Option(
        names = UP_TO,
        paramLabel = "LAYER",
        description = "Freeze this layer and all layers that it depends on.")
    @Nullable String upTo;

    @Option(
        names = UP_TO_STAGE,
        paramLabel = "N",
        converter = Converters.CountOrZero.class,
        description = "Freeze the first N stages; summary shows where they end.")
    @Nullable Integer upToStage;

    @Option(names = ALL, description = "Freeze the whole backbone (transfer learning).")
    boolean all;

    @Option(names = NONE, description = "Train the whole network.")
    boolean none;

    @Option(
        names = STAGE_BY_STAGE,
        paramLabel = "N",
        converter = Converters.Count.class,
        description =
            "Train the head alone for N epochs, then the last stage too, and after each N epochs"
                + " the stage before (default: the same layers train in all epochs).")
    @Nullable Integer stageByStage;

    /** Returns the strategy of the first phase. */
    private FreezeStrategy strategy() {
      if (allBut != null) {
        return Freeze.allBut(allBut);
      } else if (upTo != null) {
        return Freeze.upTo(upTo);
      } else if (upToStage != null) {
        return Freeze.upToStage(upToStage);
      }
      return all || stageByStage != null ? Freeze.all() : Freeze.none();
    }

    private ResolvedOptions resolved() {
      ResolvedOptions resolved = new ResolvedOptions();
      if (allBut != null) {
        return resolved.add(ALL_BUT, allBut);
      } else if (upTo != null) {
        return resolved.add(UP_TO, upTo);
      } else if (upToStage != null) {
        return resolved.add(UP_TO_STAGE, upToStage);
      } else if (stageByStage != null) {
        return resolved.add(STAGE_BY_STAGE, stageByStage);
      }
      return resolved.flag(all ? ALL : NONE);
    }

    private String option() {
      return resolved().arguments().get(0);
    }
  }

  /**
   * Returns the strategy of the first phase that was chosen; empty if none was.
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

  /** Returns the training with the frozen layers that the call sets, if it does. */
  FineTune given(FineTune training, LayerGraph backbone) {
    return choice == null ? training : apply(training, backbone, Freeze.none());
  }

  /**
   * Returns the training with frozen layers.
   *
   * @param backbone the layers to freeze; an option that does not fit them is a wrong call
   * @param otherwise the strategy if none was chosen
   */
  FineTune apply(FineTune training, LayerGraph backbone, FreezeStrategy otherwise) {
    FreezeStrategy strategy = strategy(backbone).orElse(otherwise);
    Integer epochs = choice == null ? null : choice.stageByStage;
    if (epochs == null) {
      return training.freeze(strategy);
    }
    if (backbone.stages().isEmpty()) {
      throw WrongCall.must("come with a backbone that has stages", "one without stages")
          .of(STAGE_BY_STAGE);
    }
    return training.unfreezeStageByStage(epochs);
  }

  /**
   * Checks that every phase has an epoch.
   *
   * @throws WrongCall if a phase begins after the last epoch
   */
  void requireEpochs(LayerGraph backbone, int epochs) {
    Integer each = choice == null ? null : choice.stageByStage;
    if (each != null) {
      long needed = (long) each * backbone.stages().size() + 1;
      if (needed > epochs) {
        throw WrongCall.must(
                "leave epochs for all "
                    + backbone.stages().size()
                    + " stages, which needs --epochs "
                    + needed,
                each + " with --epochs " + epochs)
            .of(STAGE_BY_STAGE);
      }
    }
  }

  /** Returns whether the whole backbone is frozen in all epochs. */
  boolean headOnly(LayerGraph backbone) {
    return choice == null
        || (choice.stageByStage == null
            && choice.strategy().frozenLayers(backbone).size() == backbone.names().size());
  }

  /**
   * Returns the option that was chosen.
   *
   * @param otherwise returns the option if none was chosen
   */
  ResolvedOptions resolved(Supplier<ResolvedOptions> otherwise) {
    return choice == null ? otherwise.get() : choice.resolved();
  }

  /**
   * Returns the option for a strategy.
   *
   * @param strategy one of {@link Freeze} that does not name layers of its own
   * @param backbone the layers to freeze
   */
  static ResolvedOptions of(FreezeStrategy strategy, LayerGraph backbone) {
    String description = strategy.description();
    ResolvedOptions resolved = new ResolvedOptions();
    if (description.equals(Freeze.all().description())) {
      return resolved.flag(ALL);
    } else if (description.equals(Freeze.none().description())) {
      return resolved.flag(NONE);
    }
    for (int layers = 0; layers <= backbone.counted().size(); layers++) {
      if (description.equals(Freeze.allBut(layers).description())) {
        return resolved.add(ALL_BUT, layers);
      }
    }
    for (int stages = 0; stages <= backbone.stages().size(); stages++) {
      if (description.equals(Freeze.upToStage(stages).description())) {
        return resolved.add(UP_TO_STAGE, stages);
      }
    }
    throw new IllegalArgumentException(
        "A freeze strategy must have an option of the command line, got " + description);
  }
}
