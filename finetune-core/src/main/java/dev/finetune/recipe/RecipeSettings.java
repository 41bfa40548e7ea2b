package dev.finetune.recipe;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkNotNull;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import dev.finetune.annotation.Experimental;
import dev.finetune.freeze.FreezeStrategy;
import dev.finetune.head.HeadLayer;
import dev.finetune.train.CoTuning;
import dev.finetune.train.Probe;
import dev.finetune.train.TrainOptions;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.function.UnaryOperator;

/**
 * The settings that a recipe chooses. Those that the application sets itself take precedence.
 *
 * @param side the height and width of the images in pixels; empty for the backbone's own
 * @param smaller the sides of smaller images in pixels by the last epoch that has them; see {@link
 *     dev.finetune.FineTune#smallerUntil}
 * @param freezing chooses the frozen layers of the backbone
 * @param head the layers between the backbone and the outputs, in order; without effect if a model
 *     is continued, which keeps its head
 * @param probe the linear probe that the last layer starts from; empty for random values
 * @param coTuning how the classes of the pretraining train too; empty if they do not. Without
 *     effect on a plan that cannot have it
 * @param options the training options
 * @param after what may improve the model after its training
 * @param reasons why the recipe chose them, a sentence each
 */
@Experimental
public record RecipeSettings(
    OptionalInt side,
    SortedMap<Integer, Integer> smaller,
    FreezeStrategy freezing,
    List<HeadLayer> head,
    Optional<Probe> probe,
    Optional<CoTuning> coTuning,
    TrainOptions options,
    AfterTraining after,
    List<String> reasons) {

  /**
   * Creates settings. Copies the lists and the map.
   *
   * @param side the height and width of the images in pixels; empty for the backbone's own
   * @param smaller the sides of smaller images in pixels by the last epoch that has them
   * @param freezing chooses the frozen layers of the backbone
   * @param head the layers between the backbone and the outputs, in order
   * @param probe the linear probe that the last layer starts from; empty for random values
   * @param coTuning how the classes of the pretraining train too; empty if they do not
   * @param options the training options
   * @param after what may improve the model after its training
   * @param reasons why the recipe chose them, a sentence each
   */
  public RecipeSettings {
    checkNotNull(side, "side must not be null");
    checkNotNull(freezing, "freezing must not be null");
    checkNotNull(probe, "probe must not be null");
    checkNotNull(coTuning, "coTuning must not be null");
    checkNotNull(options, "options must not be null");
    smaller = ImmutableSortedMap.copyOf(smaller);
    head = List.copyOf(head);
    checkNotNull(after, "after must not be null");
    reasons = List.copyOf(reasons);
  }

  /**
   * {@return settings with the backbone's own image size and a random head, without reasons}
   *
   * @param freezing chooses the frozen layers of the backbone
   * @param head the layers between the backbone and the outputs, in order
   * @param options the training options
   */
  public static RecipeSettings of(
      FreezeStrategy freezing, List<HeadLayer> head, TrainOptions options) {
    return new RecipeSettings(
        OptionalInt.empty(),
        ImmutableSortedMap.of(),
        freezing,
        head,
        Optional.empty(),
        Optional.empty(),
        options,
        AfterTraining.nothing(),
        List.of());
  }

  /**
   * {@return a copy for images of another size} Without effect on a backbone with a fixed size.
   *
   * @param pixels the height and width of the images, at least 1
   * @throws IllegalArgumentException if the value is less than 1
   */
  public RecipeSettings withSide(int pixels) {
    checkArgument(pixels >= 1, "side must be >= 1, got %s", pixels);
    return new RecipeSettings(
        OptionalInt.of(pixels), smaller, freezing, head, probe, coTuning, options, after, reasons);
  }

  /**
   * {@return a copy that trains with smaller images up to an epoch} Without effect if the
   * application sets smaller images itself.
   *
   * @param lastEpoch the last epoch with these images, at least 1
   * @param pixels the height and width of the images, at least 1 and below the side of the images
   *     afterwards
   * @throws IllegalArgumentException if a value is less than 1, or this epoch has a side already
   */
  public RecipeSettings withSmallerUntil(int lastEpoch, int pixels) {
    checkArgument(lastEpoch >= 1, "lastEpoch must be >= 1, got %s", lastEpoch);
    checkArgument(pixels >= 1, "side must be >= 1, got %s", pixels);
    ImmutableSortedMap<Integer, Integer> all =
        ImmutableSortedMap.<Integer, Integer>naturalOrder()
            .putAll(smaller)
            .put(lastEpoch, pixels)
            .build();
    return new RecipeSettings(side, all, freezing, head, probe, coTuning, options, after, reasons);
  }

  /**
   * {@return a copy with another number of epochs} See {@link #with}.
   *
   * @param count at least 1
   * @throws IllegalArgumentException if the value is less than 1
   */
  public RecipeSettings withEpochs(int count) {
    return with(o -> o.epochs(count));
  }

  /**
   * {@return a copy whose last layer starts from a linear probe}
   *
   * @param value the probe
   */
  public RecipeSettings withProbe(Probe value) {
    return new RecipeSettings(
        side, smaller, freezing, head, Optional.of(value), coTuning, options, after, reasons);
  }

  /**
   * {@return a copy that trains the classes of the pretraining too} Without effect on a plan that
   * cannot have it: see {@link dev.finetune.FineTune#coTuning}.
   *
   * @param value the strength
   */
  public RecipeSettings withCoTuning(CoTuning value) {
    return new RecipeSettings(
        side, smaller, freezing, head, probe, Optional.of(value), options, after, reasons);
  }

  /**
   * {@return a copy with other frozen layers}
   *
   * @param strategy chooses the frozen layers of the backbone
   */
  public RecipeSettings withFreezing(FreezeStrategy strategy) {
    return new RecipeSettings(
        side, smaller, strategy, head, probe, coTuning, options, after, reasons);
  }

  /**
   * {@return a copy with another head}
   *
   * @param layers the layers between the backbone and the outputs, in order
   */
  public RecipeSettings withHead(List<HeadLayer> layers) {
    return new RecipeSettings(
        side, smaller, freezing, layers, probe, coTuning, options, after, reasons);
  }

  /**
   * {@return a copy that may improve the model after its training}
   *
   * @param value what may improve it
   */
  public RecipeSettings withAfter(AfterTraining value) {
    return new RecipeSettings(
        side, smaller, freezing, head, probe, coTuning, options, value, reasons);
  }

  /**
   * {@return a copy with one more reason}
   *
   * @param reason a sentence
   */
  public RecipeSettings because(String reason) {
    return new RecipeSettings(
        side,
        smaller,
        freezing,
        head,
        probe,
        coTuning,
        options,
        after,
        ImmutableList.<String>builder().addAll(reasons).add(reason).build());
  }

  /**
   * {@return a copy with other training options} If the number of epochs changes, that of the
   * epochs with smaller images changes in proportion.
   *
   * @param change returns the options to use instead of those that it receives
   */
  public RecipeSettings with(UnaryOperator<TrainOptions> change) {
    TrainOptions changed = change.apply(options);
    return new RecipeSettings(
        side, scaled(changed.epochs()), freezing, head, probe, coTuning, changed, after, reasons);
  }

  /** Returns the sides of smaller images for another number of epochs. */
  private ImmutableSortedMap<Integer, Integer> scaled(int epochs) {
    double times = (double) epochs / options.epochs();
    return smaller.entrySet().stream()
        .map(e -> Map.entry((int) Math.round(e.getKey() * times), e.getValue()))
        .filter(e -> e.getKey() >= 1 && e.getKey() < epochs)
        .collect(
            ImmutableSortedMap.toImmutableSortedMap(
                Comparator.naturalOrder(), Map.Entry::getKey, Map.Entry::getValue, Math::max));
  }
}
