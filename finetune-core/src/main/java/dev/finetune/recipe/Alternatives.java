package dev.finetune.recipe;

import com.google.common.collect.ImmutableList;
import dev.finetune.backbone.Backbone;
import dev.finetune.backbone.SourceHead;
import dev.finetune.freeze.Freeze;
import dev.finetune.head.HeadLayer;
import dev.finetune.head.HeadLayers;
import dev.finetune.image.Augmentation;
import dev.finetune.image.Augmentations;
import dev.finetune.image.InputSpec;
import dev.finetune.train.AdamW;
import dev.finetune.train.CoTuning;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Settings that differ from others in one thing, to try. The order is that of how much they can
 * bring: with little time only the first are tried.
 */
record Alternatives(RecipeSettings base, RecipeInput input) {

  /** How much larger the images of an alternative are. The time grows with the square. */
  private static final double LARGER = 1.25;

  private static final double SMALLER = 0.75;

  /** The share of the epochs with smaller images. */
  private static final double SMALLER_EPOCHS = 0.5;

  /** Returns the settings by name, in order, without those that equal the base. */
  Map<String, RecipeSettings> list() {
    Map<String, UnaryOperator<RecipeSettings>> changes = new LinkedHashMap<>();
    changes.put("larger images", settings -> side(settings, LARGER));
    changes.put("half the learning rate", settings -> rate(settings, 0.5));
    changes.put(
        "augmentation for photographs",
        settings -> settings.with(o -> o.augment(Augmentations.photographs(), 1)));
    changes.put("twice the learning rate", settings -> rate(settings, 2));
    changes.put("co-tuning", this::coTuned);
    changes.put("flips", Alternatives::flipped);
    changes.put("smaller images first", this::smallerFirst);
    changes.put("first stage frozen", this::firstStageFrozen);
    changes.put("average and maximum pooling", this::averageAndMaximum);
    changes.put("smaller images", settings -> side(settings, SMALLER));
    changes.put("no augmentation", settings -> settings.with(o -> o.withoutAugmentation()));
    Map<String, RecipeSettings> distinct = new LinkedHashMap<>();
    String own = input.trials().describe(base);
    changes.forEach(
        (name, change) -> {
          RecipeSettings changed = change.apply(base);
          if (!input.trials().describe(changed).equals(own)) {
            distinct.put(name, changed);
          }
        });
    return distinct;
  }

  private static RecipeSettings rate(RecipeSettings settings, double times) {
    return settings.options().optimizer() instanceof AdamW adamW
        ? settings.with(
            o -> o.optimizer(AdamW.adamW(adamW.learningRate() * times).decay(adamW.decay())))
        : settings;
  }

  private RecipeSettings side(RecipeSettings settings, double times) {
    int own = Math.min(input.backbone().input().height(), input.backbone().input().width());
    int now = settings.side().orElse(own);
    int side = rounded(now * times);
    if (side == now || side < ImageSides.MULTIPLE || input.backbone().withSide(own).isEmpty()) {
      return settings;
    }
    return settings.withSide(side);
  }

  private static int rounded(double side) {
    return (int) Math.round(side / ImageSides.MULTIPLE) * ImageSides.MULTIPLE;
  }

  /** Returns settings with smaller images in the first epochs, which take less time. */
  private RecipeSettings smallerFirst(RecipeSettings settings) {
    InputSpec own = input.backbone().input();
    int now = settings.side().orElse(own.height());
    int side = rounded(now * SMALLER);
    int last = (int) Math.round(settings.options().epochs() * SMALLER_EPOCHS);
    return own.height() != own.width() || side < ImageSides.MULTIPLE || side >= now || last < 1
        ? settings
        : settings.withSmallerUntil(last, side);
  }

  /** Returns settings that train the classes of the pretraining too, if their layer can be read. */
  private RecipeSettings coTuned(RecipeSettings settings) {
    try {
      Optional<SourceHead> source = input.backbone().sourceHead();
      source.ifPresent(SourceHead::read);
      return source.isEmpty() ? settings : settings.withCoTuning(CoTuning.usual());
    } catch (UncheckedIOException e) {
      return settings; // a download that nothing else needs must not end the search
    }
  }

  private static RecipeSettings flipped(RecipeSettings settings) {
    return settings
        .options()
        .augmentation()
        .flatMap(Augmentation::notation)
        .map(own -> settings.with(o -> o.augment(Augmentations.parse("hflip," + own), 1)))
        .orElse(settings);
  }

  private RecipeSettings firstStageFrozen(RecipeSettings settings) {
    Backbone backbone = input.backbone();
    return backbone.graph().stages().size() < 2
        ? settings
        : settings.withFreezing(Freeze.upToStage(1));
  }

  private RecipeSettings averageAndMaximum(RecipeSettings settings) {
    List<HeadLayer> head = settings.head();
    return head.isEmpty() || !head.get(0).equals(HeadLayers.globalAveragePooling())
        ? settings
        : settings.withHead(
            ImmutableList.<HeadLayer>builder()
                .add(HeadLayers.averageMaxPooling())
                .addAll(head.subList(1, head.size()))
                .build());
  }
}
