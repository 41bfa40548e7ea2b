package dev.finetune.internal.pipeline;

import dev.finetune.data.DatasetCheck;
import dev.finetune.data.DatasetCheck.Read;
import dev.finetune.data.ImageSource;
import dev.finetune.image.Pixels;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The images of a dataset, which keeps decoded images in memory while they fit within a bound, and
 * decodes the others each time. An image has the same bits whether or not it is kept. Safe for use
 * from several threads.
 */
public final class DecodedImages {

  private final ImageSource data;
  private final ByteBound bound;
  private final AtomicReferenceArray<Pixels> kept;

  /** A hash of each image that was decoded; 0 for the others. */
  private final AtomicLongArray hashes;

  /**
   * Creates a store without images.
   *
   * @param bound the most memory for kept images; may be shared with other stores
   */
  public DecodedImages(ImageSource data, ByteBound bound) {
    this.data = data;
    this.bound = bound;
    this.kept = new AtomicReferenceArray<>(data.size());
    this.hashes = new AtomicLongArray(data.size());
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
    Pixels image = kept.get(index);
    return image == null ? keep(index, DatasetCheck.load(data, index)) : image;
  }

  /**
   * Checks an image and, if it is good, computes a value from it.
   *
   * @return the value, or the problem
   */
  public <T> Read<T> read(int index, Function<Pixels, T> function) {
    Pixels image = kept.get(index);
    // Only good images are kept by this method, and training begins with it.
    return image == null
        ? DatasetCheck.read(data, index, pixels -> function.apply(keep(index, pixels)))
        : new Read<T>(function.apply(image), null, null);
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

  /**
   * Returns the indices of those decoded images that equal a decoded image of another dataset, up
   * to a chance of about 1 in 10^19 per pair.
   */
  public List<Integer> equalTo(DecodedImages other) {
    Set<Long> others =
        IntStream.range(0, other.hashes.length())
            .mapToObj(other.hashes::get)
            .filter(hash -> hash != 0)
            .collect(Collectors.toSet());
    return IntStream.range(0, hashes.length())
        .filter(i -> others.contains(hashes.get(i)))
        .boxed()
        .toList();
  }

  private Pixels keep(int index, Pixels image) {
    if (hashes.get(index) == 0) {
      hashes.set(index, image.contentHash());
    }
    // Bytes are the least that an image can need.
    if (!bound.fits(image.values())) {
      return image;
    }
    Pixels small = image.inBytes();
    if (bound.take(small.heapBytes()) && !kept.compareAndSet(index, null, small)) {
      bound.release(small.heapBytes());
    }
    return small;
  }
}
