package dev.finetune.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableMap;
import dev.finetune.FineTune;
import dev.finetune.FineTunePlan;
import dev.finetune.backbone.SourceHead;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.layer.Activate;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.Dense;
import dev.finetune.graph.layer.Dropout;
import dev.finetune.graph.layer.GlobalAveragePool;
import dev.finetune.graph.layer.GlobalMaxPool;
import dev.finetune.graph.layer.Input;
import dev.finetune.graph.layer.Layer;
import dev.finetune.graph.layer.Padding;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.graph.layer.Shape;
import dev.finetune.image.Preprocessing;
import dev.finetune.train.CoTuning;
import dev.finetune.weights.RandomWeights;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.Weights;
import dev.finetune.weights.safetensors.SafetensorsWriter;
import dev.finetune.zoo.architecture.Architecture;
import dev.finetune.zoo.architecture.Definition;
import dev.finetune.zoo.architecture.Dialect;
import dev.finetune.zoo.architecture.Facts;
import dev.finetune.zoo.architecture.Form;
import dev.finetune.zoo.architecture.Pooling;
import dev.finetune.zoo.architecture.Top;
import dev.finetune.zoo.architecture.WeightSource;
import dev.finetune.zoo.download.WeightFile;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The classification layers of published networks, which co-tuning trains too. */
class SourceHeadTest {

  private static final int CLASSES = 5;

  @TempDir private Path folder;

  /**
   * A convolution, pooled, with a dense layer for the classes.
   *
   * @param more whether the classifier has a layer before its pooling
   */
  private record Pooled(List<WeightSource> sources, Layer pool, boolean more)
      implements Architecture {

    static Pooled averaged(WeightSource... sources) {
      return new Pooled(List.of(sources), new GlobalAveragePool(), false);
    }

    @Override
    public Facts facts() {
      return new Facts(
          "pooled",
          8,
          ImmutableMap.of(
              Dialect.TORCHVISION, Preprocessing.NONE, Dialect.KERAS, Preprocessing.NONE),
          sources,
          "none");
    }

    @Override
    public Definition define(Form form) {
      LayerGraph.Builder graph =
          LayerGraph.builder()
              .add("in", new Input(Shape.image(3, form.height(), form.width())))
              .then("conv", new Conv2d(4, 3, 1, Padding.SAME, true, Activation.RELU));
      if (form.top() != Top.NONE) {
        if (more) {
          graph.then("relu", new Activate(Activation.RELU));
        }
        graph
            .then("pool", pool)
            .then("drop", new Dropout(0.2))
            .then("dense", new Dense(CLASSES, Activation.LINEAR));
      } else if (form.pooling() == Pooling.AVG) {
        graph.then("average", new GlobalAveragePool());
      }
      return new Definition(
          graph.build(), ImmutableMap.of("features.0", "conv", "classifier", "dense"));
    }
  }

  private static Weights weights() {
    Form form = Form.square(8, Dialect.TORCHVISION, Top.LOGITS);
    return RandomWeights.glorot(Pooled.averaged().define(form).graph(), 3);
  }

  /** Writes a file with a classifier of some classes; without one for 0. */
  private ZooBackbone backbone(int classes) throws IOException {
    Weights weights = weights();
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("features.0.weight", weights.tensor("conv", ParameterRole.KERNEL));
    tensors.put("features.0.bias", weights.tensor("conv", ParameterRole.BIAS));
    if (classes == CLASSES) {
      Tensor kernel = weights.tensor("dense", ParameterRole.KERNEL);
      tensors.put("classifier.weight", kernel.permute(1, 0));
      tensors.put("classifier.bias", weights.tensor("dense", ParameterRole.BIAS));
    } else if (classes > 0) {
      tensors.put("classifier.weight", Tensor.of(List.of(classes, 4), new float[classes * 4]));
      tensors.put("classifier.bias", Tensor.of(List.of(classes), new float[classes]));
    }
    Path file = folder.resolve(classes + ".safetensors");
    try (OutputStream out = Files.newOutputStream(file)) {
      SafetensorsWriter.write(tensors, out);
    }
    return Zoo.of(Pooled.averaged()).weights(file);
  }

  @Test
  void should_read_the_layer_of_a_file() throws IOException {
    SourceHead head = backbone(CLASSES).sourceHead().orElseThrow();

    assertThat(head.features()).isEqualTo(4);
    assertThat(head.classes()).isEqualTo(CLASSES);
    assertThat(head.classNames()).isEmpty();
    assertThat(head.read().kernel()).isEqualTo(weights().tensor("dense", ParameterRole.KERNEL));
    assertThat(head.read().bias()).isEqualTo(weights().tensor("dense", ParameterRole.BIAS));
    FineTunePlan plan =
        FineTune.from(backbone(CLASSES).pooling(Pooling.AVG))
            .freezeNone()
            .coTuning(CoTuning.usual())
            .classes(2)
            .plan();
    assertThat(plan.coTuning()).isPresent();
  }

  @Test
  void should_have_none_where_the_file_or_the_network_has_none() throws IOException {
    assertThat(backbone(0).sourceHead()).isEmpty();
    assertThat(backbone(7).sourceHead()).isEmpty();
    assertThat(backbone(CLASSES).pooling(Pooling.MAX).sourceHead()).isEmpty();
    assertThat(backbone(CLASSES).randomWeights(1).sourceHead()).isEmpty();
    assertThat(backbone(CLASSES).withPooledFeatures("conv").sourceHead()).isEmpty();
    assertThat(backbone(CLASSES).withSide(16).orElseThrow().sourceHead()).isPresent();
  }

  private static WeightSource source(Dialect dialect, boolean withTop) {
    return new WeightSource(
        dialect,
        withTop,
        WeightFile.sha256("w", URI.create("https://example.org/w"), "0".repeat(64)));
  }

  private static Optional<SourceHead> published(WeightSource... sources) {
    return Zoo.of(Pooled.averaged(sources)).sourceHead();
  }

  /** A backbone and a classifier from two trainings do not fit together. */
  @Test
  void should_not_combine_the_files_of_two_publishers() {
    WeightSource features = source(Dialect.KERAS, false);
    assertThat(published(features)).isEmpty();
    assertThat(published(features, source(Dialect.TORCHVISION, true))).isEmpty();
    assertThat(published(features, source(Dialect.KERAS, true))).isPresent();
    assertThat(published(source(Dialect.TORCHVISION, true))).isPresent();
  }

  /** The layer must be able to read what the new one reads. */
  @Test
  void should_have_none_if_the_layer_reads_something_else() {
    WeightSource whole = source(Dialect.TORCHVISION, true);
    assertThat(published(whole)).isPresent();
    assertThat(Zoo.of(Pooled.averaged(whole)).randomWeights(1).sourceHead()).isEmpty();
    for (Pooled other :
        List.of(
            new Pooled(List.of(whole), new GlobalMaxPool(), false),
            new Pooled(List.of(whole), new GlobalAveragePool(), true))) {
      assertThat(Zoo.of(other).sourceHead()).isEmpty();
    }
  }

  /** Asking for it downloads nothing. */
  @Test
  void should_know_which_published_networks_have_one() {
    assertThat(Zoo.names().stream().filter(name -> Zoo.byName(name).sourceHead().isPresent()))
        .containsExactlyInAnyOrder(
            "resnet18",
            "resnet34",
            "resnet50",
            "resnet50v2",
            "mobilenetv2",
            "densenet121",
            "inceptionv3",
            "xception",
            "efficientnetb0",
            "efficientnetb1",
            "efficientnetb2",
            "efficientnetb3");
    SourceHead head = Zoo.mobileNetV2Imagenet().sourceHead().orElseThrow();
    assertThat(head.features()).isEqualTo(1280);
    assertThat(head.classNames()).hasSize(1000).startsWith("tench", "goldfish");
  }
}
