package dev.finetune.internal.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.Test;

class PlatformsTest {

  @Test
  void everyPublishedPlatformIsOnTheClassPathByDefault() {
    assertThat(Platforms.present())
        .containsExactlyInAnyOrder(
            "linux-x86_64", "linux-arm64", "macosx-x86_64", "windows-x86_64");
  }

  @Test
  void adviceNamesTheArtifactOfThisPlatform() {
    assertThat(Platforms.advice("linux-arm64", Set.of("linux-x86_64")))
        .isEqualTo(
            "Native libraries are present for linux-x86_64;"
                + " add dev.finetune:finetune-onednn-linux-arm64");
  }

  @Test
  void adviceForAPlatformWithoutNativesNamesTheOtherEngine() {
    assertThat(Platforms.advice("macosx-arm64", Set.of()))
        .isEqualTo(
            "Native libraries are present for no platform, and none exist for macosx-arm64;"
                + " add dev.finetune:finetune-dl4j and org.nd4j:nd4j-native");
  }

  @Test
  void nothingIsAdvisedWhereTheNativesArePresent() {
    assertThat(Platforms.advice(Loader.getPlatform(), Set.of(Loader.getPlatform())))
        .doesNotContain("add");
  }
}
