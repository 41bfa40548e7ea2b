package dev.finetune;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkNotNull;
import static com.google.common.base.Verify.verifyNotNull;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.Ordering;
import dev.finetune.backbone.Backbone;
import dev.finetune.engine.EngineOptions;
import dev.finetune.freeze.Freeze;
import dev.finetune.freeze.FreezeStrategy;
import dev.finetune.head.HeadLayer;
import dev.finetune.internal.continued.Continuation;
import dev.finetune.internal.continued.Continuation.Replay;
import dev.finetune.internal.continued.ContinuedModel;
import dev.finetune.loss.Targets;
import dev.finetune.recipe.RecipeSettings;
import dev.finetune.train.CoTuning;
import dev.finetune.train.Probe;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The settings of a {@link FineTune}: each is set at most once, and remembers its call. */
final class PlanSettings {

  /** Something that can be set. */
  enum Setting {
    MODEL("the model to continue"),
    REPLAY("replay"),
    KEEP_CLASSES("keeping classes"),
    FREEZING("freezing"),
    UNFREEZING("unfreezing stage by stage"),
    HEAD("the head"),
    PROBE("the probe"),
    CO_TUNING("co-tuning"),
    OUTPUTS("the outputs"),
    ENGINE("the engine options");

    private final String label;

    Setting(String label) {
      this.label = label;
    }
  }

  /** Co-tuning. That of a recipe is left out of a plan that cannot have it. */
  record Wanted(CoTuning coTuning, boolean required) {}

  /** What the network has at its end. */
  record Outputs(Targets.Kind kind, int count) {}

  private record Given(String call, Object value) {}

  private final Backbone backbone;
  private final ImmutableMap<Setting, Given> settings;

  /** The freeze strategies of later phases by their first epoch. */
  private final ImmutableSortedMap<Integer, FreezeStrategy> later;

  /** The sides of smaller images by the last epoch that has them. */
  private final ImmutableSortedMap<Integer, Integer> smaller;

  private PlanSettings(
      Backbone backbone,
      ImmutableMap<Setting, Given> settings,
      ImmutableSortedMap<Integer, FreezeStrategy> later,
      ImmutableSortedMap<Integer, Integer> smaller) {
    this.backbone = backbone;
    this.settings = settings;
    this.later = later;
    this.smaller = smaller;
  }

  /** Returns the settings for a backbone, with nothing set. */
  static PlanSettings of(Backbone backbone) {
    return new PlanSettings(
        backbone, ImmutableMap.of(), ImmutableSortedMap.of(), ImmutableSortedMap.of());
  }

  Backbone backbone() {
    return backbone;
  }

  /** Returns whether something is set. */
  boolean has(Setting setting) {
    return settings.containsKey(setting);
  }

  /**
   * Returns a copy with a setting.
   *
   * @param call the call that sets it, for messages
   * @throws IllegalStateException if it is already set
   */
  PlanSettings with(Setting setting, String call, Object value) {
    checkNotNull(value, "%s must not be null", setting.label);
    if (has(setting)) {
      throw twice(setting, call);
    }
    return new PlanSettings(
        backbone,
        ImmutableMap.<Setting, Given>builder()
            .putAll(settings)
            .put(setting, new Given(call, value))
            .buildOrThrow(),
        later,
        smaller);
  }

  private IllegalStateException twice(Setting setting, String call) {
    return new IllegalStateException(
        "Set "
            + setting.label
            + " only once, got "
            + verifyNotNull(settings.get(setting)).call()
            + " and then "
            + call);
  }

  /** Returns a copy with a later phase; see {@link FineTune#unfreezeAt}. */
  PlanSettings unfreezingAt(int epoch, FreezeStrategy strategy) {
    String call = "unfreezeAt(" + epoch + ", " + strategy.description() + ")";
    if (has(Setting.UNFREEZING)) {
      throw twice(Setting.UNFREEZING, call);
    }
    FreezeStrategy before = later.get(epoch);
    if (before != null) {
      throw new IllegalStateException(
          "Unfreeze at an epoch only once, got unfreezeAt("
              + epoch
              + ", "
              + before.description()
              + ") and then "
              + call);
    }
    return new PlanSettings(backbone, settings, plus(later, epoch, strategy), smaller);
  }

  /** Returns a copy with a phase for each stage; see {@link FineTune#unfreezeStageByStage}. */
  PlanSettings unfreezingStageByStage(int epochs) {
    String call = "unfreezeStageByStage(" + epochs + ")";
    if (!later.isEmpty()) {
      throw new IllegalStateException(
          "Set unfreezing only once, got unfreezing at epochs "
              + later.keySet()
              + " and then "
              + call);
    }
    return with(Setting.FREEZING, call, Freeze.all()).with(Setting.UNFREEZING, call, epochs);
  }

  /** Returns a copy with smaller images; see {@link FineTune#smallerUntil}. */
  PlanSettings smallerUntil(int lastEpoch, int side) {
    String call = "smallerUntil(" + lastEpoch + ", " + side + ")";
    if (smaller.containsKey(lastEpoch)) {
      throw new IllegalStateException(
          "Set smaller images until an epoch only once, got smallerUntil("
              + lastEpoch
              + ", "
              + smaller.get(lastEpoch)
              + ") and then "
              + call);
    }
    ImmutableSortedMap<Integer, Integer> all = plus(smaller, lastEpoch, side);
    checkArgument(
        Ordering.natural().isStrictlyOrdered(all.values()),
        "The sides of smaller images must grow from epoch to epoch, got the sides by last epoch %s",
        all);
    return new PlanSettings(backbone, settings, later, all);
  }

  private static <V> ImmutableSortedMap<Integer, V> plus(
      ImmutableSortedMap<Integer, V> map, int key, V value) {
    return ImmutableSortedMap.<Integer, V>naturalOrder().putAll(map).put(key, value).build();
  }

  /** Returns a copy with the settings of a recipe where nothing is set. */
  PlanSettings with(RecipeSettings chosen) {
    PlanSettings all = this;
    if (chosen.side().isPresent()) {
      Backbone sized = backbone.withSide(chosen.side().getAsInt()).orElse(backbone);
      all = new PlanSettings(sized, settings, later, smaller);
    }
    if (smaller.isEmpty()) {
      for (Map.Entry<Integer, Integer> side : chosen.smaller().entrySet()) {
        all = all.smallerUntil(side.getKey(), side.getValue());
      }
    }
    all = all.otherwise(Setting.FREEZING, Optional.of(chosen.freezing()));
    return has(Setting.MODEL)
        ? all
        : all.otherwise(Setting.HEAD, Optional.of(chosen.head()))
            .otherwise(Setting.PROBE, chosen.probe())
            .otherwise(Setting.CO_TUNING, chosen.coTuning().map(c -> new Wanted(c, false)));
  }

  private PlanSettings otherwise(Setting setting, Optional<?> value) {
    return has(setting) || value.isEmpty()
        ? this
        : with(setting, setting.label + " of a recipe", value.get());
  }

  /** Returns the model to continue with its settings; empty if there is none. */
  Optional<Continuation> continuation() {
    return value(Setting.MODEL, ContinuedModel.class)
        .map(
            model ->
                new Continuation(
                    model,
                    value(Setting.REPLAY, Replay.class),
                    has(Setting.KEEP_CLASSES),
                    Optional.empty()));
  }

  /** Returns the outputs that are set, or else those of the training images. */
  Outputs outputs(Targets.Kind kind, int count) {
    return value(Setting.OUTPUTS, Outputs.class).orElseGet(() -> new Outputs(kind, count));
  }

  /**
   * Checks the settings and returns the plan.
   *
   * @throws IllegalStateException if the outputs are not set
   */
  FineTunePlan plan() {
    return plan(
        value(Setting.OUTPUTS, Outputs.class)
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "A plan must have outputs: call classes(n), tags(n) or values(n), got only "
                            + settings.values().stream().map(Given::call).toList())));
  }

  /** Checks the settings and returns the plan for outputs. */
  @SuppressWarnings("unchecked") // only head(...) sets HEAD
  FineTunePlan plan(Outputs outputs) {
    Optional<Continuation> continued = continuation();
    Optional<Wanted> coTuning = value(Setting.CO_TUNING, Wanted.class);
    return FineTunePlan.of(
        backbone,
        new PlanPhases(strategies(), smaller),
        continued
            .map(c -> c.model().head())
            .or(() -> value(Setting.HEAD, List.class).map(head -> (List<HeadLayer>) head))
            .orElseGet(backbone::usualHead),
        outputs.kind(),
        outputs.count(),
        value(Setting.ENGINE, EngineOptions.class)
            .or(() -> continued.map(c -> c.model().engine()))
            .orElseGet(EngineOptions::defaults),
        continued,
        value(Setting.PROBE, Probe.class),
        coTuning.map(Wanted::coTuning),
        coTuning.filter(Wanted::required).isPresent());
  }

  /** Returns the freeze strategy of each phase by its first epoch. */
  private ImmutableSortedMap<Integer, FreezeStrategy> strategies() {
    ImmutableSortedMap.Builder<Integer, FreezeStrategy> phases =
        ImmutableSortedMap.<Integer, FreezeStrategy>naturalOrder()
            .put(1, value(Setting.FREEZING, FreezeStrategy.class).orElseGet(Freeze::all))
            .putAll(later);
    Given unfreezing = settings.get(Setting.UNFREEZING);
    if (unfreezing != null) {
      int stages = backbone.graph().stages().size();
      checkArgument(
          stages > 0,
          "%s needs a backbone with stages, got %s, which has none",
          unfreezing.call(),
          backbone.name());
      for (int phase = 1; phase <= stages; phase++) {
        int frozen = stages - phase;
        phases.put(
            1 + phase * (int) unfreezing.value(),
            frozen == 0 ? Freeze.none() : Freeze.upToStage(frozen));
      }
    }
    return phases.build();
  }

  private <T> Optional<T> value(Setting setting, Class<T> type) {
    return Optional.ofNullable(settings.get(setting)).map(given -> type.cast(given.value()));
  }
}
