package dev.finetune.internal.training;

import dev.finetune.data.ImageSource;
import dev.finetune.image.Augmentation;
import dev.finetune.image.InputSpec;
import dev.finetune.internal.pipeline.DecodedImages;
import dev.finetune.internal.pipeline.Prefetcher;
import dev.finetune.internal.pipeline.PreparedImages;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Optional;

/** Images that are prepared again in each pass, for networks that train from their first layer. */
final class StreamedImages implements Examples {

  private final PreparedImages images;
  private final Optional<Augmentation> augmentation;
  private final ImageSource data;
  private final int size;
  private final int ahead;

  StreamedImages(
      DecodedImages decoded, InputSpec input, Optional<Augmentation> augmentation, int ahead) {
    this.images = new PreparedImages(decoded, input);
    this.augmentation = augmentation;
    this.data = decoded.data();
    this.size = data.size();
    this.ahead = ahead;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public Cursor open(int[] order, int from, long seed) {
    Prefetcher<float[]> prefetcher =
        images.open(
            Arrays.copyOfRange(order, from, order.length),
            ahead,
            (place, image) ->
                augmentation
                    .map(
                        a ->
                            Variants.changed(
                                a,
                                data,
                                order[from + place],
                                image,
                                Seeds.image(seed, from + place)))
                    .orElse(image));
    return new Cursor() {
      @Override
      public FloatBuffer[] next() {
        return new FloatBuffer[] {FloatBuffer.wrap(prefetcher.next())};
      }

      @Override
      public void close() {
        prefetcher.close();
      }
    };
  }

  @Override
  public void close() {}
}
