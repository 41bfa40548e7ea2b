package dev.finetune.internal.training;

import dev.finetune.data.ImageDataset;
import dev.finetune.image.InputSpec;
import dev.finetune.internal.pipeline.Prefetcher;
import dev.finetune.internal.pipeline.PreparedImages;

/** Images decoded anew in each pass: for networks that train from their first layer. */
final class StreamedImages implements Examples {

  private final PreparedImages images;
  private final int size;
  private final int ahead;

  StreamedImages(ImageDataset data, InputSpec input, int ahead) {
    this.images = new PreparedImages(data, input);
    this.size = data.size();
    this.ahead = ahead;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public Cursor open(int[] order) {
    Prefetcher<float[]> prefetcher = images.open(order, ahead);
    return new Cursor() {
      @Override
      public float[][] next() {
        return new float[][] {prefetcher.next()};
      }

      @Override
      public void close() {
        prefetcher.close();
      }
    };
  }
}
