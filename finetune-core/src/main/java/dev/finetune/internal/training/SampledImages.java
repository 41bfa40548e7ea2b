package dev.finetune.internal.training;

import com.google.common.primitives.ImmutableIntArray;
import dev.finetune.data.ImageSource;
import dev.finetune.data.Shuffle;
import dev.finetune.image.ColourRule;
import dev.finetune.image.Pixels;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/**
 * Some images of a dataset.
 *
 * @param data the dataset
 * @param indices the indices of the images in the dataset
 */
record SampledImages(ImageSource data, ImmutableIntArray indices) implements ImageSource {

  /**
   * A part of a job with a few random images.
   *
   * @param job the job with these images and their targets only
   * @param images the images; if the run keeps decoded images, those that it keeps
   */
  record Sample(TrainingJob job, RunImages images) {}

  /**
   * Draws samples from the images of a job.
   *
   * @param job the job
   * @param all the images of the run
   */
  record Source(TrainingJob job, RunImages all) {

    /**
     * Returns random images, the same ones in each call. A larger sample contains a smaller one.
     *
     * @param count the number of training images and of validation images; all if there are fewer
     * @param used whether the training has used the images before and keeps those that fit into
     *     memory. These are decoded here.
     * @throws dev.finetune.data.DatasetException if {@code used}, and images cannot be read or have
     *     values that are not finite
     */
    Sample draw(int count, boolean used) {
      TaskData data = job.data();
      SampledImages train = drawn(data.train(), count);
      SampledImages valid = drawn(data.valid(), count);
      TaskData some =
          new TaskData(
              data.task(),
              data.outputs(),
              train,
              data.trainTargets().select(train.indices.toArray()),
              valid,
              data.validTargets().select(valid.indices.toArray()));
      TrainingJob part = job.with(some);
      // The same part of the sample is kept as of all images.
      double share =
          ((double) train.size() + valid.size())
              / ((double) data.train().size() + data.valid().size());
      long most = used ? (long) (all.bound().most() * share) : 0;
      RunImages images = RunImages.within(part, most, all.heapFree());
      if (used) {
        images.verify();
      }
      return new Sample(part, images);
    }

    private SampledImages drawn(ImageSource data, int count) {
      int[] order = Shuffle.permutation(data.size(), Seeds.sample(job.options().seed()));
      int[] chosen = Arrays.copyOf(order, Math.min(count, order.length));
      Arrays.sort(chosen); // Messages about bad images list them in the order of the dataset.
      return new SampledImages(data, ImmutableIntArray.copyOf(chosen));
    }
  }

  @Override
  public int size() {
    return indices.length();
  }

  @Override
  public String name(int index) {
    return data.name(indices.get(index));
  }

  @Override
  public Optional<ColourRule> colours() {
    return data.colours();
  }

  @Override
  public Pixels load(int index) throws IOException {
    return data.load(indices.get(index));
  }
}
