package dev.finetune;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkNotNull;

import com.google.common.collect.ImmutableMap;
import dev.finetune.backbone.Backbone;
import dev.finetune.data.ImageDataset;
import dev.finetune.data.Labels;
import dev.finetune.engine.EngineOptions;
import dev.finetune.freeze.Freeze;
import dev.finetune.freeze.FreezeStrategy;
import dev.finetune.head.HeadLayer;
import dev.finetune.head.HeadLayers;
import dev.finetune.internal.version.LibraryVersion;
import dev.finetune.train.TrainOptions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Builds a fine-tuning plan. Calls may come in any order; {@link #plan()} checks them as a whole.
 * Immutable: each method returns a new value. A setting given twice is an error that names both.
 *
 * <pre>{@code
 * FineTunePlan plan =
 *     FineTune.from(backbone).freezeAllBut(8).head(dense(128), dropout(0.6)).classes(43).plan();
 *
 * FineTune.from(backbone).freezeAll().freezeAllBut(8); // IllegalStateException: both are named
 * }</pre>
 *
 * <p>By default the whole backbone is frozen, and the head is only its logits.
 */
public final class FineTune {

  private enum Setting {
    FREEZING("freezing"),
    HEAD("the head"),
    CLASSES("the number of classes"),
    ENGINE("the engine options");

    private final String label;

    Setting(String label) {
      this.label = label;
    }
  }

  private record Given(String call, Object value) {}

  private final Backbone backbone;
  private final ImmutableMap<Setting, Given> settings;

  private FineTune(Backbone backbone, Map<Setting, Given> settings) {
    this.backbone = backbone;
    this.settings = ImmutableMap.copyOf(settings);
  }

  /** Returns the version of this library, such as {@code 0.1.0}. */
  public static String version() {
    return LibraryVersion.get();
  }

  /** Starts from a pretrained network. */
  public static FineTune from(Backbone backbone) {
    return new FineTune(checkNotNull(backbone, "A backbone is given, got null"), Map.of());
  }

  /**
   * Trains the last {@code layers} of the backbone and freezes the others, counted as Keras counts
   * them: every layer in order, input and pooling included (VGG16 has 19).
   */
  public FineTune freezeAllBut(int layers) {
    return with(Setting.FREEZING, "freezeAllBut(" + layers + ")", Freeze.allBut(layers));
  }

  /** Freezes that layer and every layer it depends on. */
  public FineTune freezeUpTo(String layerName) {
    checkNotNull(layerName, "A layer's name is given, got null");
    return with(Setting.FREEZING, "freezeUpTo(" + layerName + ")", Freeze.upTo(layerName));
  }

  /**
   * Freezes the first stages of a backbone that has stages, such as those of the zoo; {@code
   * summary} and {@code describe()} list them.
   */
  public FineTune freezeUpToStage(int stages) {
    return with(Setting.FREEZING, "freezeUpToStage(" + stages + ")", Freeze.upToStage(stages));
  }

  /** Freezes the whole backbone, so that only the head trains: transfer learning. */
  public FineTune freezeAll() {
    return with(Setting.FREEZING, "freezeAll()", Freeze.all());
  }

  /** Freezes nothing. */
  public FineTune freezeNone() {
    return with(Setting.FREEZING, "freezeNone()", Freeze.none());
  }

  /** Freezes what the strategy chooses. */
  public FineTune freeze(FreezeStrategy strategy) {
    checkNotNull(strategy, "A freeze strategy is given, got null");
    return with(Setting.FREEZING, "freeze(" + strategy.description() + ")", strategy);
  }

  /**
   * The layers between the backbone and the logits; an image is flattened where a layer needs a
   * vector. See {@link dev.finetune.head.HeadLayers}.
   */
  public FineTune head(HeadLayer... layers) {
    return head(Arrays.asList(layers));
  }

  /** The layers between the backbone and the logits. */
  public FineTune head(List<HeadLayer> layers) {
    layers.forEach(layer -> checkNotNull(layer, "A head's layers are given, got null"));
    return with(Setting.HEAD, "head(" + HeadLayers.notation(layers) + ")", List.copyOf(layers));
  }

  /**
   * The number of classes, at least 2. Without it {@link #train} takes that of the training images.
   */
  public FineTune classes(int count) {
    checkArgument(count >= 2, "A classifier has at least 2 classes, got %s", count);
    return with(Setting.CLASSES, "classes(" + count + ")", count);
  }

  /** Sets the engine that computes, such as {@code onednn}, with the defaults of its options. */
  public FineTune engine(String name) {
    checkNotNull(name, "An engine's name is given, got null");
    return engine(EngineOptions.defaults().engine(name));
  }

  /** Sets how the network is computed; {@link EngineOptions#defaults()} if not said. */
  public FineTune engine(EngineOptions options) {
    return with(Setting.ENGINE, "engine(" + options + ")", options);
  }

  /**
   * Checks everything and gives the plan.
   *
   * @throws IllegalStateException if the number of classes is missing
   * @throws IllegalArgumentException if the parts do not fit, such as a layer name that the
   *     backbone does not have
   */
  public FineTunePlan plan() {
    Given classes = settings.get(Setting.CLASSES);
    if (classes == null) {
      throw new IllegalStateException(
          "A plan needs the number of classes; call classes(n), got only " + calls());
    }
    return plan((int) classes.value());
  }

  @SuppressWarnings("unchecked") // head(...) is the only one that sets HEAD
  private FineTunePlan plan(int classes) {
    return FineTunePlan.of(
        backbone,
        (FreezeStrategy) setting(Setting.FREEZING, Freeze.all()),
        (List<HeadLayer>) setting(Setting.HEAD, List.of()),
        classes,
        (EngineOptions) setting(Setting.ENGINE, EngineOptions.defaults()));
  }

  /** Makes the plan and trains it: see {@link FineTunePlan#train}. */
  public FineTunedModel train(ImageDataset train, ImageDataset valid, TrainOptions options) {
    Labels.requireClassNames(train.classNames());
    int classes = (int) setting(Setting.CLASSES, train.classNames().size());
    return plan(classes).train(train, valid, options);
  }

  private Object setting(Setting setting, Object otherwise) {
    Given given = settings.get(setting);
    return given == null ? otherwise : given.value();
  }

  private FineTune with(Setting setting, String call, Object value) {
    checkNotNull(value, "%s is given, got null", setting.label);
    Given before = settings.get(setting);
    if (before != null) {
      throw new IllegalStateException(
          "Say " + setting.label + " once; got first " + before.call() + " and then " + call);
    }
    return new FineTune(
        backbone,
        ImmutableMap.<Setting, Given>builder()
            .putAll(settings)
            .put(setting, new Given(call, value))
            .buildOrThrow());
  }

  private List<String> calls() {
    return settings.values().stream().map(Given::call).toList();
  }
}
