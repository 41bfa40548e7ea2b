package dev.finetune.examples;

import dev.finetune.FineTunedModel;
import dev.finetune.TrainedModel;
import dev.finetune.image.Views;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that replaces the views of a saved model. */
final class ModelViewsOption {

  @Option(
      names = ViewsOption.NAME,
      paramLabel = "VIEWS",
      converter = Converters.ViewsNotation.class,
      description =
          "Average the probabilities over these views of an image: identity for the image alone,"
              + " signs, photographs, or views such as identity,zoom:0.9,zoom:1.1. Each costs as"
              + " much as an image (default: the views that are stored with the model).")
  private @Nullable Views views;

  /**
   * Returns a model with the views of this call.
   *
   * @param model closed if another one is returned
   */
  FineTunedModel apply(FineTunedModel model) {
    if (views == null) {
      return model;
    }
    try (model) {
      return model.withViews(views);
    }
  }

  /**
   * Returns a model with the views of this call.
   *
   * @param model closed if it is not returned
   * @throws WrongCall if there are views and the model has no classes
   */
  TrainedModel apply(TrainedModel model) {
    if (views == null) {
      return model;
    } else if (model instanceof FineTunedModel classes) {
      return apply(classes);
    }
    try (model) {
      throw WrongCall.must("come with a model of classes", "a model of tags or values")
          .of(ViewsOption.NAME);
    }
  }
}
