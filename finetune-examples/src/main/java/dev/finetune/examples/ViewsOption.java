package dev.finetune.examples;

import dev.finetune.image.Views;
import dev.finetune.loss.Targets;
import dev.finetune.recipe.AfterTraining;
import dev.finetune.recipe.RecipeSettings;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that names the views which a new model may average. */
final class ViewsOption {

  static final String NAME = "--views";

  /** Separates choices; a comma separates the views of one. */
  static final String SEPARATOR = ";";

  @Option(
      names = NAME,
      paramLabel = "VIEWS;...",
      converter = Converters.ViewsChoices.class,
      description =
          "Views of an image over which the model averages its probabilities, if that lowers the"
              + " loss on the validation images: signs, photographs, or views such as"
              + " identity,zoom:0.9,zoom:1.1. Of several, separated by semicolons, the best are"
              + " taken. Each view costs as much as an image (default: none; with --recipe best,"
              + " 'signs;photographs').")
  private Converters.@Nullable Choices choices;

  /** Returns whether the option was given. */
  boolean given() {
    return choices != null;
  }

  /**
   * Returns settings with the views of this call.
   *
   * @throws WrongCall if there are some and the images have no classes
   */
  RecipeSettings apply(RecipeSettings settings, DataOptions data, TrainingData<?, ?, ?> images) {
    if (choices == null) {
      return settings;
    }
    if (images.task().kind() != Targets.Kind.CLASSES) {
      throw WrongCall.must("come with images of one class each", images.task().name()).of(NAME);
    }
    return settings.withAfter(settings.after().views(choices.views()).groups(data.groupOf(images)));
  }

  /** Returns the option for what may improve a model; none without views. */
  static ResolvedOptions resolved(AfterTraining after) {
    ResolvedOptions resolved = new ResolvedOptions();
    return after.views().isEmpty()
        ? resolved
        : resolved.add(
            NAME,
            after.views().stream().map(Views::notation).collect(Collectors.joining(SEPARATOR)));
  }
}
