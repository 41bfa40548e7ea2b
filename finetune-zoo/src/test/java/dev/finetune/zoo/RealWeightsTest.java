package dev.finetune.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.finetune.datasets.Images;
import dev.finetune.evaluate.Prediction;
import dev.finetune.image.Preprocessing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Runs on real weights and images if -Dfinetune.data names a folder that contains them. */
class RealWeightsTest {

  private static Path data(String path) {
    Path file = Path.of(System.getProperty("finetune.data", ""), path);
    if (!Files.exists(file)) {
      System.out.println(
          "RealWeightsTest skipped: -Dfinetune.data does not name a folder with " + path);
      abort();
    }
    return file;
  }

  /** According to the README of the data, "street sign" is first, with probability 0.64. */
  @Test
  void should_recognise_a_stop_sign_as_a_street_sign() throws IOException {
    // Lines include the WordNet number because two classes are called "crane".
    List<String> labels = Files.readAllLines(data("weights/imagenet_synset_words.txt"));
    ZooBackbone backbone =
        Zoo.squeezeNetImagenet().weights(data("weights/squeezenet1_1.safetensors"));

    Prediction prediction =
        backbone
            .classifier(labels)
            .classify(Images.read(data("gtsrb/Train/14/00014_00008_00029.png")));

    assertThat(
            backbone
                .classifier()
                .classify(Images.read(data("gtsrb/Train/14/00014_00008_00029.png")))
                .best()
                .className())
        .isEqualTo("street sign");
    assertThat(backbone.input().preprocessing()).isEqualTo(Preprocessing.TORCH);
    assertThat(prediction.best().className()).isEqualTo("n06794110 street sign");
    assertThat(prediction.best().probability()).isCloseTo(0.64, Offset.offset(0.01));
  }

  @Test
  void should_read_the_keras_file_whole() {
    Path file = data("weights/squeezenet_weights_tf_dim_ordering_tf_kernels_notop.h5");
    ZooBackbone backbone = Zoo.squeezeNetImagenet().weights(file);

    assertThat(backbone.weights().tensors().size()).isEqualTo(50);
    assertThat(backbone.input().preprocessing()).isEqualTo(Preprocessing.CAFFE);
    assertThat(backbone.weightsOrigin())
        .contains("2d935d8c102ad1232484a77da8e6fbdf3ff4ab608974a0d8b6283115ffff204f");
  }
}
