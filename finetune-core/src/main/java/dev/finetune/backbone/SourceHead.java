package dev.finetune.backbone;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkNotNull;

import dev.finetune.annotation.Experimental;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.WeightsException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The classification layer that a backbone had in its pretraining: a dense layer that reads the
 * averages of the last feature maps. Training with {@link dev.finetune.train.CoTuning} uses it.
 *
 * @param features the number of values that the layer reads
 * @param classes the number of source classes
 * @param classNames the names of the source classes in the order of the outputs; empty if unknown
 * @param layer returns the values of the layer; may read or download a file each time
 */
@Experimental
public record SourceHead(
    int features, int classes, List<String> classNames, Supplier<Layer> layer) {

  /**
   * The values of a layer: output = features * kernel + bias, before softmax.
   *
   * @param kernel the shape is [features, classes]
   * @param bias the shape is [classes]
   */
  public record Layer(Tensor kernel, Tensor bias) {

    /**
     * Creates the values of a layer.
     *
     * @param kernel the shape is [features, classes]
     * @param bias the shape is [classes]
     */
    public Layer {
      checkNotNull(kernel, "kernel must not be null");
      checkNotNull(bias, "bias must not be null");
    }
  }

  /**
   * Creates a layer whose values are read when they are needed. Copies the list.
   *
   * @param features the number of values that the layer reads, at least 1
   * @param classes the number of source classes, at least 2
   * @param classNames as many names as there are classes, or none
   * @param layer returns the values of the layer
   * @throws IllegalArgumentException if a number is outside its range
   */
  public SourceHead {
    checkArgument(features >= 1, "features must be >= 1, got %s", features);
    checkArgument(classes >= 2, "classes must be >= 2, got %s", classes);
    classNames = List.copyOf(classNames);
    checkArgument(
        classNames.isEmpty() || classNames.size() == classes,
        "classNames must be empty or have %s names, got %s",
        classes,
        classNames.size());
    checkNotNull(layer, "layer must not be null");
  }

  /**
   * {@return a layer whose values are in memory, with unnamed classes}
   *
   * @param kernel the shape is [features, classes]
   * @param bias the shape is [classes]
   * @throws IllegalArgumentException if {@code kernel} is no matrix, or there are fewer than 2
   *     classes
   * @throws WeightsException if the shape of {@code bias} does not fit, or a value is not finite
   */
  public static SourceHead of(Tensor kernel, Tensor bias) {
    checkArgument(
        kernel.shape().size() == 2,
        "kernel must have the shape [features, classes], got %s",
        kernel.shape());
    Layer layer = new Layer(kernel, bias);
    SourceHead head =
        new SourceHead(kernel.shape().get(0), kernel.shape().get(1), List.of(), () -> layer);
    head.read();
    return head;
  }

  /**
   * {@return the values of the layer} May read or download a file.
   *
   * @throws WeightsException if a shape does not fit {@link #features} and {@link #classes}, or a
   *     value is not finite
   */
  public Layer read() {
    Layer read = layer.get();
    List<String> problems = new ArrayList<>();
    check("kernel", read.kernel(), List.of(features, classes), problems);
    check("bias", read.bias(), List.of(classes), problems);
    if (!problems.isEmpty()) {
      throw new WeightsException("the source head", problems);
    }
    return read;
  }

  private static void check(
      String name, Tensor tensor, List<Integer> shape, List<String> problems) {
    if (!tensor.shape().equals(shape)) {
      problems.add("shape: " + name + " expected " + shape + ", got " + tensor.shape());
    }
    tensor
        .firstNonFinite()
        .ifPresent(at -> problems.add(name + " has " + tensor.values()[at] + " at value " + at));
  }
}
