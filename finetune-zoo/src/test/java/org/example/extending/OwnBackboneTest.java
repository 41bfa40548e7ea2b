package org.example.extending;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finetune.FineTune;
import dev.finetune.FineTunedModel;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.testing.SyntheticImages;
import dev.finetune.train.TrainOptions;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.Weights;
import dev.finetune.weights.WeightsException;
import dev.finetune.weights.safetensors.SafetensorsWriter;
import dev.finetune.zoo.Zoo;
import dev.finetune.zoo.ZooBackbone;
import dev.finetune.zoo.architecture.Dialect;
import dev.finetune.zoo.weights.TensorNames;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backbone and tensor names that an application defines. */
class OwnBackboneTest {

  @TempDir Path folder;
  private Path file;
  private Weights stored;

  /** Writes a file with names that neither torchvision nor timm uses. */
  @BeforeEach
  void write() throws IOException {
    stored = Zoo.of(new ThreeConvolutions()).randomWeights(3).weights();
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (int i = 1; i <= 3; i++) {
      tensors.put("model/c" + i + "/w", stored.tensor("conv" + i, ParameterRole.KERNEL));
      tensors.put("model/c" + i + "/b", stored.tensor("conv" + i, ParameterRole.BIAS));
    }
    tensors.put("optimizer/step", Tensor.of(List.of(1), new float[] {7}));
    file = folder.resolve("own.safetensors");
    try (OutputStream out = Files.newOutputStream(file)) {
      SafetensorsWriter.write(tensors, out);
    }
  }

  private static final TensorNames NAMES =
      name ->
          name.startsWith("model/c")
              ? Optional.of("convs." + name.charAt(7) + (name.endsWith("/w") ? ".weight" : ".bias"))
              : Optional.empty();

  @Test
  void should_be_found_by_its_name() {
    assertThat(Zoo.names()).contains("vgg16", "three-convolutions");
    assertThat(Zoo.byName("three-convolutions").architecture())
        .isInstanceOf(ThreeConvolutions.class);
  }

  @Test
  void should_read_weights_under_names_of_the_applications_own() {
    ZooBackbone backbone = Zoo.byName("three-convolutions").weights(file, Dialect.TIMM, NAMES);

    assertThat(backbone.weights().tensors()).isEqualTo(stored.tensors());
    assertThatThrownBy(() -> Zoo.byName("three-convolutions").weights(file, Dialect.TIMM).weights())
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("the first of 7 tensors: model/c1/w");
    assertThatThrownBy(
            () ->
                Zoo.byName("three-convolutions")
                    .weights(file, Dialect.TIMM, name -> Optional.of("convs.1.weight"))
                    .weights())
        .hasMessageContaining("own.safetensors: tensor names must be distinct");
    assertThatThrownBy(() -> Zoo.vgg16Imagenet().weights(file, Dialect.KERAS, NAMES))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("got KERAS");
  }

  @Test
  void should_be_fine_tuned() {
    FineTunedModel model =
        FineTune.from(Zoo.byName("three-convolutions").weights(file, Dialect.TIMM, NAMES))
            .freezeUpToStage(2)
            .train(
                new SyntheticImages(2, 8, 16, 1),
                new SyntheticImages(2, 4, 16, 2),
                TrainOptions.defaults().epochs(1));

    assertThat(model.weights().layer("conv2")).isEqualTo(stored.layer("conv2"));
    assertThat(model.weights().layer("conv3")).isNotEqualTo(stored.layer("conv3"));
  }
}
