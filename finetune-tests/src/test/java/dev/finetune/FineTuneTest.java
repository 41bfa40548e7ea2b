package dev.finetune;

import static dev.finetune.head.HeadLayers.dense;
import static dev.finetune.head.HeadLayers.dropout;
import static dev.finetune.head.HeadLayers.globalAveragePooling;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.finetune.backbone.Backbone;
import dev.finetune.data.DatasetException;
import dev.finetune.engine.EngineOptions;
import dev.finetune.head.HeadLayers;
import dev.finetune.testing.RandomBackbones;
import dev.finetune.testing.SyntheticImages;
import dev.finetune.train.TrainOptions;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class FineTuneTest {

  private static final Backbone BACKBONE = RandomBackbones.backbone(5, 11);

  @Provide
  Arbitrary<List<UnaryOperator<FineTune>>> orders() {
    return Arbitraries.shuffle(
        f -> f.freezeAllBut(2), f -> f.head(dense(4), dropout(0.5)), f -> f.classes(3));
  }

  @Property(tries = 6, seed = "42")
  void should_create_the_same_plan_in_every_order(
      @ForAll("orders") List<UnaryOperator<FineTune>> calls) {
    FineTune fineTune = FineTune.from(BACKBONE);
    for (UnaryOperator<FineTune> call : calls) {
      fineTune = call.apply(fineTune);
    }

    assertThat(fineTune.plan().toJson())
        .isEqualTo(
            FineTune.from(BACKBONE)
                .head(dense(4), dropout(0.5))
                .classes(3)
                .freezeAllBut(2)
                .plan()
                .toJson());
  }

  @Test
  void should_name_both_calls_when_freezing_is_set_twice() {
    assertThatThrownBy(() -> FineTune.from(BACKBONE).freezeAllBut(2).freezeUpTo("layer1"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContainingAll("freezeAllBut(2)", "freezeUpTo(layer1)");
  }

  @Test
  void should_name_both_calls_when_classes_are_set_twice() {
    assertThatThrownBy(() -> FineTune.from(BACKBONE).classes(3).classes(4))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContainingAll("classes(3)", "classes(4)");
  }

  @Test
  void should_name_both_calls_when_the_engine_is_set_twice() {
    EngineOptions defaults = EngineOptions.defaults();
    assertThatThrownBy(
            () -> FineTune.from(BACKBONE).engine(defaults.threads(3)).engine(defaults.threads(5)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContainingAll("threads=3", "threads=5");
  }

  @Test
  void should_not_change_the_value_that_a_step_is_called_on() {
    FineTune start = FineTune.from(BACKBONE).classes(3);

    start.freezeNone();

    assertThat(start.plan().frozenLayers()).isEqualTo(BACKBONE.graph().names());
  }

  @Test
  void should_require_the_number_of_classes() {
    assertThatThrownBy(() -> FineTune.from(BACKBONE).freezeAll().plan())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("classes(n)");
  }

  @Test
  void should_refuse_an_unknown_layer_and_list_all_layers() {
    assertThatThrownBy(() -> FineTune.from(BACKBONE).freezeUpTo("conv99").classes(3).plan())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("conv99", "layer0");
    assertThatThrownBy(
            () -> FineTune.from(BACKBONE).freeze(graph -> Set.of("no")).classes(3).plan())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("[no]", "layer0");
  }

  @Test
  void should_refuse_more_trainable_layers_than_there_are() {
    assertThatThrownBy(() -> FineTune.from(BACKBONE).freezeAllBut(99).classes(3).plan())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("99", String.valueOf(BACKBONE.graph().names().size()));
  }

  @Test
  void should_describe_every_layer_and_the_totals() throws Exception {
    FineTunePlan plan =
        FineTune.from(BACKBONE).freezeAllBut(1).head(globalAveragePooling()).classes(3).plan();

    JsonNode json = new ObjectMapper().readTree(plan.toJson());

    assertThat(plan.describe().lines())
        .hasSizeGreaterThan(plan.graph().nodes().size())
        .anyMatch(l -> l.startsWith("logits") && l.contains("trainable"))
        .anyMatch(l -> l.startsWith("layer0") && l.contains("frozen"))
        .anyMatch(l -> l.startsWith("engine: onednn, oneDNN 2.5.2 ("));
    assertThat(json.get("layers")).hasSize(plan.graph().nodes().size());
    assertThat(json.get("trainableParameters").asLong()).isEqualTo(plan.trainableParameters());
  }

  @Test
  void should_describe_frozen_layers_after_the_cut() {
    FineTunePlan plan = FineTune.from(BACKBONE).freeze(graph -> Set.of("last")).classes(3).plan();

    assertThat(plan.describe()).contains("frozen behind a trainable layer", "never changed: last");
  }

  @Test
  void should_take_the_classes_of_the_images_and_refuse_others() {
    SyntheticImages three = new SyntheticImages(3, 6, 8, 1);
    SyntheticImages two = new SyntheticImages(2, 6, 8, 1);
    TrainOptions options = TrainOptions.defaults().epochs(1);

    FineTunedModel model = FineTune.from(BACKBONE).train(three, three, options);

    assertThat(model.classNames()).hasSize(3);
    assertThatThrownBy(() -> FineTune.from(BACKBONE).classes(5).train(three, three, options))
        .hasMessageContainingAll("5 classes", "3:");
    assertThatThrownBy(() -> FineTune.from(BACKBONE).train(three, two, options))
        .hasMessageContaining("class-2");
    assertThatThrownBy(() -> model.evaluate(new SyntheticImages(4, 4, 8, 1)))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("class-3");
  }

  @Test
  void should_read_a_head_as_it_writes_it() {
    String notation = "dense:128,dropout:0.6,batchnorm,activation:tanh,gap,dense:5:elu";

    assertThat(
            HeadLayers.parse(notation).stream()
                .map(layer -> layer.notation())
                .reduce((a, b) -> a + "," + b))
        .contains(notation);
    assertThatThrownBy(() -> HeadLayers.parse("dense"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"dense\"");
    assertThatThrownBy(() -> HeadLayers.parse("dense:x")).hasMessageContaining("dense:x");
    assertThatThrownBy(() -> HeadLayers.parse("dropout:1")).hasMessageContaining("[0, 1)");
  }
}
