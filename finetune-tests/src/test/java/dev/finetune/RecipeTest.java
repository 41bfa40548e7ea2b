package dev.finetune;

import static dev.finetune.head.HeadLayers.dropout;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finetune.loss.Targets;
import dev.finetune.recipe.Recipe;
import dev.finetune.recipe.RecipeInput;
import dev.finetune.recipe.RecipeSettings;
import dev.finetune.train.TrainOptions;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class RecipeTest {

  /** A recipe of an application. */
  private record Own(AtomicReference<RecipeInput> received) implements Recipe {
    @Override
    public String name() {
      return "own";
    }

    @Override
    public RecipeSettings settings(RecipeInput input) {
      received.set(input);
      return RecipeSettings.of(
              graph -> graph.closure(List.of("second")),
              List.of(dropout(0.5)),
              SmallTraining.OPTIONS.epochs(2))
          .because("Two epochs are enough.");
    }
  }

  private final Own own = new Own(new AtomicReference<>());

  @Test
  void should_train_with_the_settings_of_a_recipe() {
    try (FineTunedModel model =
            FineTune.from(SmallTraining.backbone())
                .train(SmallTraining.TRAIN, SmallTraining.VALID, own);
        FineTunedModel same =
            FineTune.from(SmallTraining.backbone())
                .freezeUpTo("second")
                .head(dropout(0.5))
                .train(SmallTraining.TRAIN, SmallTraining.VALID, SmallTraining.OPTIONS.epochs(2))) {
      assertThat(SmallTraining.timeless(model.history()))
          .isEqualTo(SmallTraining.timeless(same.history()));
      assertThat(model.provenanceJson()).contains("\"notes\":{\"recipe\":\"own\"}");
    }
  }

  @Test
  void should_tell_the_recipe_what_to_choose_by() {
    FineTune.from(SmallTraining.backbone()).plan(SmallTraining.TRAIN, SmallTraining.VALID, own);

    RecipeInput input = Objects.requireNonNull(own.received().get());
    assertThat(input.backbone().graph().names()).containsExactly("in", "first", "second", "third");
    assertThat(input.kind()).isEqualTo(Targets.Kind.CLASSES);
    assertThat(input.outputs()).isEqualTo(3);
    assertThat(input.train()).isSameAs(SmallTraining.TRAIN);
    assertThat(input.valid()).isSameAs(SmallTraining.VALID);
  }

  @Test
  void should_prefer_what_the_application_sets() {
    RecipePlan chosen =
        FineTune.from(SmallTraining.backbone())
            .freezeNone()
            .head(dropout(0.25))
            .plan(SmallTraining.TRAIN, SmallTraining.VALID, own.with(options -> options.epochs(9)));

    assertThat(chosen.recipe()).isEqualTo("own");
    assertThat(chosen.plan().frozenLayers()).isEmpty();
    assertThat(chosen.plan().head()).isEqualTo("dropout:0.25");
    assertThat(chosen.options().epochs()).isEqualTo(9);
    assertThat(chosen.options().batch()).isEqualTo(SmallTraining.OPTIONS.batch());
  }

  @Test
  void should_keep_the_head_of_a_continued_model() {
    try (FineTunedModel model = SmallTraining.train(SmallTraining.OPTIONS.epochs(1))) {
      RecipePlan chosen = FineTune.from(model).plan(SmallTraining.TRAIN, SmallTraining.VALID, own);

      assertThat(chosen.plan().head()).isEqualTo("gap,dropout:0.2");
      assertThat(chosen.plan().frozenLayers()).containsExactly("in", "first", "second");
    }
  }

  @Test
  void should_describe_what_it_chose() {
    String text =
        FineTune.from(SmallTraining.backbone())
            .freezeAll()
            .plan(SmallTraining.TRAIN, SmallTraining.VALID, Recipe.article())
            .describe();

    assertThat(text)
        .isEqualTo(
            """
            Recipe article
            Frozen: all
            Head: dense:128,dropout:0.6
            Training: 101 epochs; batches of 32; adam{learningRate=1.0E-4, beta1=0.9, beta2=0.999,\
             epsilon=1.0E-7}; schedule constant; weights of the last epoch
            All settings are those of the published experiment, whatever the images are.
            """);
  }

  /** See the table of the experiment in docs/parity.md. */
  @Test
  void should_have_the_settings_of_the_article() {
    RecipePlan chosen =
        FineTune.from(SmallTraining.backbone())
            .freezeAll() // it has fewer than 8 layers
            .plan(SmallTraining.TRAIN, SmallTraining.VALID, Recipe.article());
    TrainOptions options = chosen.options();

    assertThat(options.epochs()).isEqualTo(101);
    assertThat(options.batch()).isEqualTo(32);
    assertThat(options.augmentation()).isEmpty();
    assertThat(options.loss()).isEmpty();
    assertThat(Recipe.names()).contains("article");
    assertThat(Recipe.parse("article")).isEqualTo(Recipe.article());
  }

  @Test
  void should_refuse_unknown_recipes_and_layers() {
    assertThatThrownBy(() -> Recipe.parse("soup"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("A recipe must be one of " + Recipe.names() + ", got soup");
    assertThatThrownBy(
            () ->
                FineTune.from(SmallTraining.backbone())
                    .train(SmallTraining.TRAIN, SmallTraining.VALID, Recipe.article()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The number of trainable layers must be <= 4, the number of the backbone's layers, got"
                + " 8");
  }
}
