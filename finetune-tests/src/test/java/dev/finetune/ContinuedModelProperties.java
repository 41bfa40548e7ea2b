package dev.finetune;

import static dev.finetune.head.HeadLayers.batchNorm;
import static dev.finetune.head.HeadLayers.dense;
import static dev.finetune.head.HeadLayers.dropout;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finetune.backbone.Backbone;
import dev.finetune.data.ImageDataset;
import dev.finetune.engine.EngineOptions;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.head.HeadGraph;
import dev.finetune.internal.continued.ClassChange;
import dev.finetune.internal.continued.Continuation;
import dev.finetune.internal.continued.ContinuedModel;
import dev.finetune.testing.ChangedImages;
import dev.finetune.testing.RandomBackbones;
import dev.finetune.testing.SyntheticImages;
import dev.finetune.train.Adam;
import dev.finetune.train.TrainOptions;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.Weights;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;
import org.assertj.core.data.Offset;

/** Properties of continued models, over random networks and sets of classes. */
@Tag("numeric")
class ContinuedModelProperties {

  private static final List<String> NAMES = List.of("Aa", "BB", "c", "d", "e", "f", "g");

  /**
   * The rounding error of sums of some products of magnitude 1, which an engine may add in another
   * order if there are more classes.
   */
  private static final Offset<Float> ROUNDING = Offset.offset(1e-5f);

  /** A model with the classes "c" and "e". */
  private static final FineTunedModel MODEL =
      model(RandomBackbones.backbone(2, 1), List.of("e", "c"), 1);

  @Provide
  Arbitrary<Backbone> backbones() {
    return RandomBackbones.arbitrary();
  }

  /** Between two and seven classes in any order. */
  @Provide
  Arbitrary<List<String>> classes() {
    return Arbitraries.shuffle(NAMES)
        .flatMap(
            names ->
                Arbitraries.integers()
                    .between(2, names.size())
                    .map(count -> List.copyOf(names.subList(0, count))));
  }

  private static ImageDataset images(List<String> names) {
    return ChangedImages.of(new SyntheticImages(names.size(), 2 * names.size(), 8, 3))
        .classNames(names.toArray(String[]::new));
  }

  private static TrainOptions options(long seed) {
    return TrainOptions.defaults().epochs(1).batch(8).seed(seed).optimizer(Adam.adam(0.01));
  }

  private static FineTunedModel model(Backbone backbone, List<String> names, long seed) {
    ImageDataset images = images(names);
    return FineTune.from(backbone)
        .freezeAllBut(1)
        .head(batchNorm(), dense(4, Activation.TANH), dropout(0.3))
        .engine(EngineOptions.defaults().threads(1))
        .train(images, images, options(seed));
  }

  private static ClassChange change(FineTunedModel model, List<String> names) {
    return new Continuation(model.continued(), Optional.empty(), false, Optional.empty())
        .classes(names);
  }

  private static float[] column(Weights weights, int column) {
    Tensor kernel = weights.tensor(HeadGraph.LOGITS, ParameterRole.KERNEL);
    int rows = kernel.shape().get(0);
    int columns = kernel.shape().get(1);
    float[] values = new float[rows + 1];
    for (int i = 0; i < rows; i++) {
      values[i] = kernel.values()[i * columns + column];
    }
    values[rows] = weights.tensor(HeadGraph.LOGITS, ParameterRole.BIAS).values()[column];
    return values;
  }

  @Property(tries = 20, seed = "42", shrinking = ShrinkingMode.OFF)
  void should_start_from_the_weights_and_logits_of_the_model(
      @ForAll("backbones") Backbone backbone,
      @ForAll("classes") List<String> before,
      @ForAll("classes") List<String> after,
      @ForAll long seed)
      throws IOException {
    FineTunedModel model = model(backbone, before, seed);
    ContinuedModel continued = model.continued();
    List<String> names = change(model, after).classNames();
    FineTunePlan plan = FineTune.from(model).classes(names.size()).plan();

    Weights start = continued.initial(names, seed);

    start.requireMatch(plan.graph(), "the start");
    assertThat(names).containsExactlyInAnyOrderElementsOf(after);
    for (Node node : plan.graph().nodes()) {
      if (!node.name().equals(HeadGraph.LOGITS)) {
        assertThat(start.layer(node.name())).isEqualTo(model.weights().layer(node.name()));
      }
    }
    try (ImageClassifier first =
        ImageClassifier.of(model.input(), names, plan.graph(), start, model.engine())) {
      float[] old = model.logits(images(before).load(0));
      float[] logits = first.logits(images(before).load(0));
      for (String name : names) {
        if (before.contains(name)) {
          assertThat(column(start, names.indexOf(name)))
              .containsExactly(column(model.weights(), before.indexOf(name)));
          assertThat(logits[names.indexOf(name)]).isCloseTo(old[before.indexOf(name)], ROUNDING);
        }
      }
    }
    model.close();
  }

  @Property(tries = 40, seed = "42")
  void should_draw_added_classes_by_seed_and_name(
      @ForAll("classes") List<String> after, @ForAll long seed) {
    List<String> added = change(MODEL, after).added();
    List<String> reversed = new ArrayList<>(added);
    Collections.reverse(reversed);
    Weights start = MODEL.continued().initial(added, seed);
    Weights other = MODEL.continued().initial(reversed, seed);
    Weights otherSeed = MODEL.continued().initial(added, seed + 1);

    float limit = (float) Math.sqrt(6.0 / (4 + added.size()));
    List<float[]> columns = new ArrayList<>();
    for (int i = 0; i < added.size(); i++) {
      float[] column = column(start, i);
      columns.add(column);
      assertThat(column[4]).isZero();
      for (float value : column) {
        assertThat(Math.abs(value)).isLessThanOrEqualTo(limit);
      }
      assertThat(column).containsExactly(column(other, added.size() - 1 - i));
      assertThat(column).isNotEqualTo(column(otherSeed, i));
    }
    assertThat(columns).doesNotHaveDuplicates();
  }

  /** The labels of the images are matched by name, whatever their order. */
  @Property(tries = 8, seed = "42", shrinking = ShrinkingMode.OFF)
  void should_train_the_same_with_classes_in_any_order(
      @ForAll("classes") List<String> before, @ForAll("classes") List<String> after) {
    try (FineTunedModel model = model(RandomBackbones.backbone(3, 2), before, 1)) {
      ImageDataset images = images(after);
      List<String> sorted = after.stream().sorted().toList();
      ImageDataset reordered = images.ofClasses(sorted);

      FineTunedModel first = FineTune.from(model).train(images, reordered, options(2));
      FineTunedModel second = FineTune.from(model).train(reordered, images, options(2));

      assertThat(first.classNames()).containsExactlyInAnyOrderElementsOf(after);
      assertThat(first.classNames().stream().filter(before::contains))
          .isEqualTo(before.stream().filter(after::contains).toList());
      for (String name : after) {
        float[] one = column(first.weights(), first.classNames().indexOf(name));
        float[] two = column(second.weights(), second.classNames().indexOf(name));
        for (int i = 0; i < one.length; i++) {
          assertThat(one[i]).isCloseTo(two[i], ROUNDING);
        }
      }
    }
  }
}
