package dev.finetune.zoo.internal.keras;

import com.google.common.collect.ImmutableSet;
import dev.finetune.data.UnreadableFileException;
import dev.finetune.weights.Tensor;
import io.jhdf.api.Dataset;
import io.jhdf.api.Node;
import io.jhdf.dataset.DatasetBase;
import io.jhdf.object.datatype.OrderedDataType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * A reader of data sets. Values are read only when they are asked for, and only if the shape and
 * the type can be those of weights; until then nothing of the declared size is allocated.
 */
final class H5Tensors {

  /** The layouts whose size is known before anything is allocated. */
  private static final ImmutableSet<String> LAYOUTS = ImmutableSet.of("CONTIGUOUS", "COMPACT");

  private final H5Source source;
  private final boolean opaque;

  /**
   * Creates a reader.
   *
   * @param opaque whether a text of two bytes is a bfloat16; see {@link H5Opaque}
   */
  H5Tensors(H5Source source, boolean opaque) {
    this.source = source;
    this.opaque = opaque;
  }

  /** Returns a tensor whose values are read when they are needed. */
  StoredLayer.Stored of(String name, Node node) throws IOException {
    if (!(node instanceof Dataset dataset)) {
      throw source.refused(node.getPath(), "a tensor must be an HDF5 data set, got another object");
    }
    long[] dimensions = dataset.getDimensionsAsLong();
    for (long dimension : dimensions) {
      if (dimension < 0 || dimension > Integer.MAX_VALUE) {
        throw source.refused(
            node.getPath(),
            "the sizes of a tensor must be from 0 to 2147483647, got "
                + Arrays.toString(dimensions));
      }
    }
    List<Integer> shape = Arrays.stream(dimensions).mapToObj(Math::toIntExact).toList();
    return new StoredLayer.Stored(name, shape, () -> read(dataset, shape));
  }

  private Tensor read(Dataset dataset, List<Integer> shape) throws IOException {
    String path = dataset.getPath();
    try {
      H5Type type =
          H5Type.of(dataset.getDataType(), opaque)
              .orElseThrow(() -> wrongType(path, H5Type.name(dataset.getDataType())));
      ByteBuffer content = content(dataset, path, Math.multiplyExact(count(shape), type.bytes()));
      content.order(
          dataset.getDataType() instanceof OrderedDataType ordered
              ? ordered.getByteOrder()
              : ByteOrder.LITTLE_ENDIAN);
      float[] values = new float[Math.toIntExact(count(shape))];
      for (int i = 0; i < values.length; i++) {
        values[i] = type.next(content);
      }
      return Tensor.of(shape, values);
    } catch (RuntimeException | StackOverflowError e) {
      throw H5Failures.of(source, path, e);
    }
  }

  private static long count(List<Integer> shape) {
    return shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
  }

  private ByteBuffer content(Dataset dataset, String path, long bytes) throws IOException {
    String layout = dataset.getDataLayout().name();
    ByteBuffer content = null;
    if (LAYOUTS.contains(layout)) {
      content = dataset.isEmpty() ? null : ((DatasetBase) dataset).getDataBuffer();
    } else {
      content = H5Chunks.read(source, dataset, bytes);
    }
    if (content == null || content.remaining() < bytes) {
      throw source.refused(
          path,
          String.format(
              "a tensor of the shape %s must have %d bytes, got %d",
              Arrays.toString(dataset.getDimensionsAsLong()),
              bytes,
              content == null ? 0 : content.remaining()));
    }
    return content;
  }

  private UnreadableFileException wrongType(String path, String type) {
    return source.refused(
        path,
        "weights must be float32, float64, float16, bfloat16, int32 or int64, got "
            + type
            + "; a quantised network has to be saved before it is quantised");
  }
}
