package dev.finetune.zoo.weights;

import com.google.common.collect.ImmutableMap;
import dev.finetune.data.UnreadableFileException;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.image.Preprocessing;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.Weights;
import dev.finetune.zoo.architecture.Architecture;
import dev.finetune.zoo.architecture.CutArchitecture;
import dev.finetune.zoo.architecture.Definition;
import dev.finetune.zoo.architecture.Dialect;
import dev.finetune.zoo.architecture.Form;
import dev.finetune.zoo.architecture.Top;
import dev.finetune.zoo.internal.keras.KerasFile;
import dev.finetune.zoo.internal.keras.KerasShards;
import dev.finetune.zoo.internal.tensors.ShardedTensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A reader of weight files that checks every tensor by name and shape. */
public final class WeightReader {

  private WeightReader() {}

  /**
   * Determines the dialect whose definition a file has weights for, like {@link #dialect(Path,
   * Architecture, TensorChoice)}, from the names of the file.
   *
   * @param file the weight file
   * @param architecture the network
   * @return the dialect
   * @throws IOException as {@link #dialect(Path, Architecture, TensorChoice)} throws it
   */
  public static Dialect dialect(Path file, Architecture architecture) throws IOException {
    return dialect(file, architecture, TensorChoice.found());
  }

  /**
   * Determines the dialect whose definition a file has weights for: one of Keras' dialects for
   * Keras' formats, otherwise the first whose tensors the file has, or else the one with the most
   * tensor names in common.
   *
   * @param file the weight file
   * @param architecture the network
   * @param names how the names of the tensors are understood
   * @return the dialect
   * @throws UnreadableFileException if the file is damaged or has another format, if the
   *     architecture is not defined for its format, or if the file does not show which of several
   *     Keras definitions it fits
   * @throws IOException if the file cannot be read
   */
  public static Dialect dialect(Path file, Architecture architecture, TensorChoice names)
      throws IOException {
    WeightFormat format = WeightFormat.of(file);
    List<Dialect> possible = possible(architecture, format);
    if (possible.isEmpty()) {
      throw new UnreadableFileException(
          file.toString(),
          "",
          String.format(
              "the format must be one for %s, the definitions of %s, got %s",
              architecture.dialects(), architecture.name(), format));
    }
    KerasDialects keras = new KerasDialects(file, architecture, possible);
    if (format.keras() && keras.tellable()) {
      try (KerasFile content = KerasWeights.open(file, format)) {
        return keras.of(content);
      }
    } else if (possible.size() == 1) {
      return possible.get(0);
    }
    return TorchWeights.open(file, format, names).dialect(possible, architecture);
  }

  private static List<Dialect> possible(Architecture architecture, WeightFormat format) {
    return architecture.dialects().stream().filter(d -> d.keras() == format.keras()).toList();
  }

  /**
   * Returns the preprocessing that the weights of a file were trained with: for torchvision and
   * timm that of timm's {@code config.json} beside the file if there is one, otherwise that of the
   * dialect.
   *
   * @param file the weight file; it is not read
   * @param architecture the network
   * @param dialect the dialect of the file
   * @return the preprocessing
   * @throws IllegalArgumentException if the architecture has no definition in that dialect
   * @throws IOException if {@code config.json} cannot be read or understood
   */
  public static Preprocessing preprocessing(Path file, Architecture architecture, Dialect dialect)
      throws IOException {
    Preprocessing usual = architecture.preprocessing(dialect);
    return dialect.keras() ? usual : TimmConfig.preprocessing(file).orElse(usual);
  }

  /**
   * Reads the weights that a form of an architecture needs, like {@link #read(Path, Architecture,
   * Form, TensorChoice)}, and finds the network by its names.
   *
   * @param file the weight file
   * @param architecture the network
   * @param form the form to read weights for, in the {@link #dialect} of the file
   * @return the weights
   * @throws dev.finetune.weights.WeightsException if the network is not in the file, or the file
   *     has more tensors inside it
   * @throws IOException as {@link #read(Path, Architecture, Form, TensorChoice)} throws it
   */
  public static Weights read(Path file, Architecture architecture, Form form) throws IOException {
    return read(file, architecture, form, TensorChoice.found());
  }

  /**
   * Reads the weights that a form of an architecture needs. Only its tensors are read. The
   * classifier, if the form has none, and tensors beside the network are left out and logged in one
   * line; a tensor inside the network that the network does not have is an error.
   *
   * @param file the weight file
   * @param architecture the network
   * @param form the form to read weights for, in the {@link #dialect} of the file
   * @param names how the names of the tensors are understood
   * @return the weights
   * @throws dev.finetune.weights.WeightsException if the network is not in the file, or the file
   *     has more tensors inside it
   * @throws UnreadableFileException if the file is damaged, has a format of another dialect, a
   *     value that is not finite, or the network several times with other values
   * @throws IOException if the file cannot be read
   */
  public static Weights read(Path file, Architecture architecture, Form form, TensorChoice names)
      throws IOException {
    WeightFormat format = format(file, form.dialect());
    if (format.keras()) {
      return new KerasWeights(file, architecture, names.keras()).read(format, form);
    }
    Definition wanted = architecture.define(form);
    Weights weights =
        Weights.of(TorchWeights.open(file, format, names).read(wanted, whole(architecture, form)));
    weights.requireMatch(wanted.graph(), file.toString());
    return weights;
  }

  private static Definition whole(Architecture architecture, Form form) {
    return CutArchitecture.whole(architecture)
        .define(form.top() == Top.NONE ? form.with(Top.LOGITS) : form);
  }

  /**
   * Reads the last layer of the classifier, if a file has it.
   *
   * @param file the weight file
   * @param architecture the network
   * @param form the form of the network, in the {@link #dialect} of the file; its top is ignored
   * @param names how the names of the tensors are understood
   * @return the tensors of the layer by role; empty if the file does not have them, or has them
   *     with other shapes, such as those of another number of classes
   * @throws dev.finetune.weights.WeightsException if the network is not in the file, or the file
   *     has more tensors inside it
   * @throws IOException as {@link #read(Path, Architecture, Form, TensorChoice)} throws it
   */
  public static Optional<Map<ParameterRole, Tensor>> readClassifier(
      Path file, Architecture architecture, Form form, TensorChoice names) throws IOException {
    WeightFormat format = format(file, form.dialect());
    if (format.keras()) {
      return new KerasWeights(file, architecture, names.keras()).classifier(format, form);
    }
    Definition whole = architecture.define(form.with(Top.LOGITS));
    Node last = whole.graph().node(whole.graph().outputs().get(0));
    Map<ParameterRole, Tensor> found =
        TorchWeights.open(file, format, names)
            .classifier(architecture.define(form.with(Top.NONE)), whole, last);
    boolean fits =
        last.parameters().stream()
            .allMatch(
                spec -> {
                  Tensor tensor = found.get(spec.role());
                  return tensor != null && tensor.shape().equals(spec.shape());
                });
    return fits ? Optional.of(ImmutableMap.copyOf(found)) : Optional.empty();
  }

  /**
   * Determines the width of the network that a file has weights for, by the shapes of all tensors.
   *
   * @param file the weight file
   * @param architecture the network
   * @param dialect the dialect of the file
   * @param names how the names of the tensors are understood
   * @return the network with the width of the file; {@code architecture} itself if it fits, has
   *     only one width, or none of its usual widths fits
   * @throws IOException if the file cannot be read
   */
  public static Architecture sized(
      Path file, Architecture architecture, Dialect dialect, TensorChoice names)
      throws IOException {
    if (architecture.widths().isEmpty()) {
      return architecture;
    }
    WeightFormat format = format(file, dialect);
    Form form = Form.square(architecture.defaultSize(), dialect, Top.NONE);
    Optional<Double> width =
        format.keras()
            ? new KerasWeights(file, architecture, names.keras()).width(format, form)
            : TorchWeights.open(file, format, names).width(architecture, dialect);
    return width.map(architecture::withWidth).orElse(architecture);
  }

  /**
   * Returns the networks all of whose layers, without their classifiers, a file has under some
   * prefix. Does not read values.
   *
   * @param file the weight file
   * @param architectures the networks to look for
   * @return those that the file has; none for Keras' formats, which may name layers after their
   *     classes
   * @throws IOException if the file cannot be read or has another format
   */
  public static List<Architecture> fitting(Path file, Collection<Architecture> architectures)
      throws IOException {
    WeightFormat format = WeightFormat.of(file);
    if (format.keras()) {
      return List.of();
    }
    TorchWeights opened = TorchWeights.open(file, format, TensorChoice.found());
    return architectures.stream()
        .filter(
            architecture ->
                possible(architecture, format).stream()
                    .anyMatch(dialect -> opened.fits(architecture, dialect)))
        .toList();
  }

  /**
   * Returns the files that the values of a weight file are in: the file itself, unless it is the
   * index of several.
   *
   * @param file the weight file
   * @return the files, in the order of their names
   * @throws IOException if the file cannot be read or has another format
   */
  public static List<Path> files(Path file) throws IOException {
    return switch (WeightFormat.of(file)) {
      case SAFETENSORS_INDEX -> ShardedTensors.files(file);
      case KERAS_SHARDS -> KerasShards.files(file);
      default -> List.of(file);
    };
  }

  private static WeightFormat format(Path file, Dialect dialect) throws IOException {
    WeightFormat format = WeightFormat.of(file);
    if (format.keras() != dialect.keras()) {
      throw new UnreadableFileException(
          file.toString(),
          "",
          String.format(
              "the dialect for a file in format %s must be one of %s, got %s",
              format, format.keras() ? "Keras" : "torchvision and timm", dialect));
    }
    return format;
  }
}
