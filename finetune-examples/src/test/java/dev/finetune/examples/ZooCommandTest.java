package dev.finetune.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ZooCommandTest {

  @TempDir Path folder;

  @Test
  void should_list_the_zoo_and_what_is_downloaded() throws IOException {
    Files.writeString(
        folder.resolve("vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5"), "not it");

    Call listed = Call.of("zoo", "--download-cache", folder.toString(), "--json");

    assertThat(listed.exitCode()).isZero();
    JsonNode vgg16 = listed.json().get("models").get(0);
    assertThat(vgg16.get("name").asText()).isEqualTo("vgg16");
    assertThat(vgg16.get("parameters").asLong()).isEqualTo(138_357_544);
    assertThat(vgg16.get("stages")).hasSize(5);
    assertThat(vgg16.get("sources")).hasSize(3);
    assertThat(vgg16.get("cached").get(0).asText()).contains("vgg16_weights");
    assertThat(listed.json().get("models")).hasSize(19);
    assertThat(listed.out()).contains("1 of 3", "CC BY 4.0", "224x224 CAFFE");
  }

  @Test
  void should_find_a_damaged_download() throws IOException {
    Files.writeString(folder.resolve("resnet18-f37072fd.pth"), "not it");
    String empty = folder.resolve("empty").toString();

    Call verified = Call.of("zoo", "verify", "--download-cache", folder.toString(), "--json");

    assertThat(verified.exitCode()).isEqualTo(1);
    assertThat(verified.json().get("damaged").get(0).asText())
        .isEqualTo(folder.resolve("resnet18-f37072fd.pth").toString());
    assertThat(Call.of("zoo", "verify", "--download-cache", empty).exitCode()).isZero();
  }
}
