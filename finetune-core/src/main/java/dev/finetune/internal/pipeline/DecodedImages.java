package dev.finetune.internal.pipeline;

import dev.finetune.data.DatasetCheck;
import dev.finetune.data.DatasetCheck.Read;
import dev.finetune.data.ImageSource;
import dev.finetune.image.Pixels;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * The images of a dataset, which keeps decoded images in memory while they fit within a bound, and
 * decodes the others each time. An image has the same bits whether or not it is kept. Safe for use
 * from several threads.
 */
public final class DecodedImages {

  private final ImageSource data;
  private final ByteBound bound;
  private final AtomicReferenceArray<KeptImage> kept;

  /**
   * Creates a store without images.
   *
   * @param bound the most memory for kept images; may be shared with other stores
   */
  public DecodedImages(ImageSource data, ByteBound bound) {
    this.data = data;
    this.bound = bound;
    this.kept = new AtomicReferenceArray<>(data.size());
  }

  /** Returns images of which none is kept. */
  public static DecodedImages unkept(ImageSource data) {
    return new DecodedImages(data, new ByteBound(0));
  }

  /** Returns the dataset. */
  public ImageSource data() {
    return data;
  }

  /**
   * Returns an image.
   *
   * @throws IOException if the image cannot be read
   * @throws dev.finetune.data.DatasetException if the dataset throws any other exception or returns
   *     null
   */
  public Pixels load(int index) throws IOException {
    KeptImage image = kept.get(index);
    return image == null ? keep(index, DatasetCheck.load(data, index)) : image.pixels();
  }

  /**
   * Checks an image and, if it is good, computes a value from it.
   *
   * @return the value, or the problem
   */
  public <T> Read<T> read(int index, Function<Pixels, T> function) {
    KeptImage image = kept.get(index);
    // Only good images are kept by this method, and training begins with it.
    return image == null
        ? DatasetCheck.read(data, index, pixels -> function.apply(keep(index, pixels)))
        : new Read<T>(function.apply(image.pixels()), null, null);
  }

  /**
   * Checks every image of all datasets, and keeps those that fit.
   *
   * @throws dev.finetune.data.DatasetException if an image cannot be read or has a value that is
   *     not finite; lists all such images
   */
  public static void verify(DecodedImages... datasets) {
    List<Read<?>> bad = new ArrayList<>();
    for (DecodedImages images : datasets) {
      bad.addAll(
          IntStream.range(0, images.data.size())
              .parallel()
              .mapToObj(i -> images.read(i, pixels -> true))
              .filter(read -> read.problem() != null)
              .toList());
    }
    DatasetCheck.requireNone(bad);
  }

  private Pixels keep(int index, Pixels image) {
    // Bytes are the least that an image can need.
    if (!bound.fits(image.planes().length)) {
      return image;
    }
    KeptImage copy = KeptImage.of(image);
    if (bound.take(copy.size()) && !kept.compareAndSet(index, null, copy)) {
      bound.release(copy.size());
    }
    return image;
  }
}
