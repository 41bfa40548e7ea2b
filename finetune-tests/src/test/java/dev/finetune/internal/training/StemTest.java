package dev.finetune.internal.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finetune.backbone.Backbone;
import dev.finetune.engine.EngineOptions;
import dev.finetune.freeze.Phase;
import dev.finetune.testing.RandomBackbones;
import dev.finetune.testing.SyntheticImages;
import dev.finetune.train.FeatureCache;
import dev.finetune.train.TrainOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The stem's network is created only when it is needed. */
@Tag("numeric")
class StemTest {

  private static final Backbone BACKBONE = RandomBackbones.backbone(4, 3);

  @TempDir Path directory;

  private TrainingJob job() {
    return new TrainingJob(
        BACKBONE.graph(),
        Map.of(),
        Set.of(),
        List.of(new Phase(1, "none", Set.of())),
        BACKBONE.weights(),
        BACKBONE.input(),
        EngineOptions.defaults(),
        TaskData.classes(new SyntheticImages(3, 10, 8, 1), new SyntheticImages(3, 4, 8, 2)),
        TrainOptions.defaults().cache(FeatureCache.at(directory)),
        List.of(),
        ModelWriter.NONE);
  }

  /** Returns a stem that adds the memory of each network it creates to a list. */
  private static Stem stem(List<Long> networks) {
    return new Stem(
        BACKBONE.graph(),
        BACKBONE.weights(),
        BACKBONE.input(),
        EngineOptions.defaults(),
        networks::add);
  }

  @Test
  void should_be_created_once_and_only_if_features_are_missing() throws IOException {
    List<Long> networks = new ArrayList<>();

    try (Stem cold = stem(networks);
        Sources sources =
            Sources.features(job(), RunImages.within(job(), 0, 0), cold, (done, total) -> {})) {
      assertThat(sources.train().size()).isEqualTo(10);
      assertThat(networks).hasSize(1).allMatch(bytes -> bytes > 0);
    }
    try (Stem warm = stem(networks);
        Sources sources =
            Sources.features(job(), RunImages.within(job(), 0, 0), warm, (done, total) -> {})) {
      assertThat(sources.valid().size()).isEqualTo(4);
      assertThat(warm.made()).isFalse();
      assertThat(networks).hasSize(1);
    }
  }

  @Test
  void should_compute_nothing_if_it_does_not_fit() throws IOException {
    try (Stem refused =
        new Stem(
            BACKBONE.graph(),
            BACKBONE.weights(),
            BACKBONE.input(),
            EngineOptions.defaults(),
            bytes -> {
              throw new IllegalStateException("too large");
            })) {
      assertThatThrownBy(
              () ->
                  Sources.features(
                      job(), RunImages.within(job(), 0, 0), refused, (done, total) -> {}))
          .hasMessage("too large");
    }
    List<Long> networks = new ArrayList<>();
    try (Stem stem = stem(networks);
        Sources sources =
            Sources.features(job(), RunImages.within(job(), 0, 0), stem, (done, total) -> {})) {
      assertThat(sources.train().size()).isEqualTo(10);
      assertThat(networks).hasSize(1);
    }
  }
}
