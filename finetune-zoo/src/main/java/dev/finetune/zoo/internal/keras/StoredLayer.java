package dev.finetune.zoo.internal.keras;

import dev.finetune.weights.Tensor;
import java.io.IOException;
import java.util.List;

/**
 * A layer in a Keras file.
 *
 * @param name its name in the file: its own name, or the name that Keras 3 derives from its class,
 *     after those of the models that contain it, such as {@code sequential_1/conv2d}
 * @param called its own name; empty if the file does not contain it
 * @param tensors the tensors in the order of the file
 */
public record StoredLayer(String name, String called, List<Stored> tensors) {

  /** Creates a layer. */
  public StoredLayer {
    tensors = List.copyOf(tensors);
  }

  /** Creates a layer that is stored under its own name. */
  public static StoredLayer named(String name, List<Stored> tensors) {
    return new StoredLayer(name, name, tensors);
  }

  /** Returns the last part of its own name. */
  public String lastName() {
    return called.substring(called.lastIndexOf('/') + 1);
  }

  /** Returns the last part of its name in the file. */
  public String lastOfName() {
    return name.substring(name.lastIndexOf('/') + 1);
  }

  /** Returns its name in messages. */
  public String label() {
    return called.isEmpty() ? name : called;
  }

  /** Returns the name of one of its tensors in messages. */
  public String label(Stored tensor) {
    return tensor.name().contains("/") ? tensor.name() : label() + "/" + tensor.name();
  }

  /**
   * A tensor with its name in the file, in Keras' layout.
   *
   * @param name its name in the file
   * @param shape its shape in the file
   * @param values reads it
   */
  public record Stored(String name, List<Integer> shape, Values values) {

    /** Creates a tensor. */
    public Stored {
      shape = List.copyOf(shape);
    }

    /** Creates a tensor that is in memory. */
    public static Stored of(String name, Tensor tensor) {
      return new Stored(name, tensor.shape(), () -> tensor);
    }

    /** Reads the values. */
    public Tensor tensor() throws IOException {
      return values.read();
    }
  }

  /** Reads a tensor, as long as its file is open. */
  @FunctionalInterface
  public interface Values {
    Tensor read() throws IOException;
  }
}
