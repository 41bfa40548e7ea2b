package dev.finetune.internal.training;

import static dev.finetune.head.HeadLayers.dense;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finetune.backbone.Backbone;
import dev.finetune.data.Shuffle;
import dev.finetune.engine.EngineOptions;
import dev.finetune.freeze.Phase;
import dev.finetune.head.HeadGraph;
import dev.finetune.image.Augmentations;
import dev.finetune.testing.RandomBackbones;
import dev.finetune.testing.SyntheticImages;
import dev.finetune.train.TrainOptions;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Kept images do not change what a network sees. */
class RunImagesTest {

  private static final Backbone BACKBONE = RandomBackbones.backbone(4, 3);
  private static final int SIZE = 21;

  /** The bytes of a kept image: floats, because the images have fractions. */
  private static final long IMAGE = 64 + 4 * 3 * 9 * 9;

  private static TrainingJob job(Phase... phases) {
    return new TrainingJob(
        HeadGraph.append(BACKBONE.graph(), List.of(dense(6)), 3),
        Map.of(),
        BACKBONE.graph().names(),
        List.of(phases),
        BACKBONE.weights(),
        BACKBONE.input(),
        EngineOptions.defaults(),
        TaskData.classes(new SyntheticImages(3, SIZE, 9, 1), new SyntheticImages(3, 6, 9, 2)),
        TrainOptions.defaults()
            .epochs(4)
            .augment(Augmentations.parse("affine:9:0.1:0.1,noise:9"), 1),
        List.of(),
        ModelWriter.NONE);
  }

  private static final Phase ALL = new Phase(1, "none", Set.of());
  private static final Phase FROZEN = new Phase(1, "all", BACKBONE.graph().names());

  /** Returns the inputs of three epochs and of the validation images. */
  private static List<FloatBuffer> inputs(long bound, boolean verify) throws IOException {
    RunImages images = RunImages.within(job(ALL), bound, 0);
    if (verify) {
      images.verify();
    }
    List<FloatBuffer> inputs = new ArrayList<>();
    try (Sources sources = Sources.images(job(ALL), images)) {
      for (int epoch = 1; epoch <= 3; epoch++) {
        int[] order = Shuffle.permutation(SIZE, Seeds.order(1, epoch));
        read(sources.train(), order, Seeds.changes(1, epoch), inputs);
        read(sources.valid(), new int[] {0, 1, 2, 3, 4, 5}, 0, inputs);
      }
    }
    assertThat(images.bound().taken()).isBetween(Math.min(bound, IMAGE) / IMAGE, bound);
    return inputs;
  }

  private static void read(Examples examples, int[] order, long seed, List<FloatBuffer> inputs) {
    try (Examples.Cursor cursor = examples.open(order, 0, seed)) {
      for (int i = 0; i < order.length; i++) {
        inputs.add(cursor.next()[0]);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {IMAGE - 1, 5 * IMAGE, 27 * IMAGE})
  void should_give_the_same_inputs_within_any_bound(long bound) throws IOException {
    List<FloatBuffer> unkept = inputs(0, false);

    assertThat(inputs(bound, true)).isEqualTo(unkept);
    assertThat(inputs(bound, false)).isEqualTo(unkept);
  }

  @Test
  void should_keep_nothing_if_each_image_is_used_once() throws IOException {
    assertThat(kept(1, FROZEN)).isZero();
    assertThat(kept(1, ALL)).isEqualTo(27 * IMAGE);
    Phase later = new Phase(3, "none", Set.of());
    assertThat(kept(1, FROZEN, later)).isEqualTo(27 * IMAGE);
    assertThat(kept(2, FROZEN, new Phase(3, "all", FROZEN.frozen()))).isEqualTo(27 * IMAGE);
    assertThat(kept(3, FROZEN, later)).isEqualTo(27 * IMAGE);
    assertThat(kept(3, ALL, new Phase(3, "all", FROZEN.frozen()))).isZero();
    // The second phase begins after the last epoch.
    assertThat(kept(1, FROZEN, new Phase(5, "none", Set.of()))).isZero();
  }

  /** Returns the bytes that are kept after a check of all images. */
  private static long kept(int epoch, Phase... phases) {
    TrainingJob job = job(phases);
    RunImages images = RunImages.of(job, epoch, UpdatePlan.of(job.options().optimizer()));
    images.verify();
    return images.bound().taken();
  }
}
