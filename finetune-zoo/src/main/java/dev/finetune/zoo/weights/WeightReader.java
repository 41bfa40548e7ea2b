package dev.finetune.zoo.weights;

import com.google.common.collect.HashBasedTable;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Table;
import dev.finetune.data.UnreadableFileException;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.image.Preprocessing;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.Weights;
import dev.finetune.zoo.architecture.Architecture;
import dev.finetune.zoo.architecture.Definition;
import dev.finetune.zoo.architecture.Dialect;
import dev.finetune.zoo.architecture.Form;
import dev.finetune.zoo.architecture.Top;
import dev.finetune.zoo.internal.tensors.ShardedSafetensors;
import dev.finetune.zoo.internal.zip.CheckedZip;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A reader of weight files that checks every tensor by name and shape. */
public final class WeightReader {

  /** The entry of a {@code .keras} file that contains the weights. */
  static final String KERAS_ENTRY = "model.weights.h5";

  private static final String KERAS_CONFIG = "config.json";

  /** The most bytes of compressed entries. Keras does not compress the weights. */
  private static final long MAX_KERAS = 1L << 27;

  private static final long MAX_CONFIG = 1L << 24;

  private WeightReader() {}

  /**
   * Determines the dialect whose definition a file has weights for: one of Keras' dialects for
   * Keras' formats, otherwise the one with the most tensor names in common.
   *
   * @param file the weight file
   * @param architecture the network
   * @return the dialect
   * @throws IOException if the file cannot be read or has another format, if the architecture is
   *     not defined for its format, or if the file does not show which of several Keras definitions
   *     it fits
   */
  public static Dialect dialect(Path file, Architecture architecture) throws IOException {
    return dialect(file, architecture, TensorChoice.of(TensorNames.UNCHANGED));
  }

  /**
   * Determines the dialect, like {@link #dialect(Path, Architecture)}, for a file with several
   * networks.
   *
   * @param file the weight file
   * @param architecture the network
   * @param prefix what the names of the network begin with
   * @return the dialect
   * @throws IOException as {@link #dialect(Path, Architecture)} throws it
   */
  public static Dialect dialect(Path file, Architecture architecture, Prefix prefix)
      throws IOException {
    return dialect(file, architecture, TensorChoice.of(prefix));
  }

  private static Dialect dialect(Path file, Architecture architecture, TensorChoice choice)
      throws IOException {
    WeightFormat format = WeightFormat.of(file);
    List<Dialect> possible =
        architecture.dialects().stream().filter(d -> d.keras() == format.keras()).toList();
    if (possible.isEmpty()) {
      throw new IOException(
          String.format(
              "%s: the format must be one for %s, the definitions of %s, got %s",
              file, architecture.dialects(), architecture.name(), format));
    }
    KerasDialects keras = new KerasDialects(file, architecture, possible);
    if (format.keras() && keras.tellable()) {
      return keras.of(keras(file, format));
    } else if (possible.size() == 1) {
      return possible.get(0);
    }
    return TorchWeights.open(file, format, choice).dialect(possible, architecture);
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
   * Reads the weights that a form of an architecture needs, from a file with the tensor names of
   * its dialect.
   *
   * @param file the weight file
   * @param architecture the network
   * @param form the form to read weights for, in the {@link #dialect} of the file
   * @return the weights
   * @throws dev.finetune.weights.WeightsException if tensors do not fit the network; it lists every
   *     extra tensor, or if there are none, every missing and mis-shaped one
   * @throws IOException if the file cannot be read, is damaged, has a format of another dialect, or
   *     contains a value that is not finite
   * @see #read(Path, Architecture, Form, TensorNames)
   */
  public static Weights read(Path file, Architecture architecture, Form form) throws IOException {
    return read(file, architecture, form, TensorNames.UNCHANGED);
  }

  /**
   * Reads the weights that a form of an architecture needs. Tensors of the classifier are skipped
   * if the form has no classifier; any other tensor without a layer is an error.
   *
   * @param file the weight file
   * @param architecture the network
   * @param form the form to read weights for, in the {@link #dialect} of the file
   * @param names maps the file's tensor names to those of the dialect; not used for Keras' formats
   * @return the weights
   * @throws dev.finetune.weights.WeightsException if tensors do not fit the network; it lists every
   *     extra tensor, or if there are none, every missing and mis-shaped one
   * @throws IOException if the file cannot be read, is damaged, has a format of another dialect, or
   *     contains a value that is not finite, or if {@code names} maps two tensors to one name
   */
  public static Weights read(Path file, Architecture architecture, Form form, TensorNames names)
      throws IOException {
    return read(file, architecture, form, TensorChoice.of(names));
  }

  /**
   * Reads the weights that a form of an architecture needs, like {@link #read(Path, Architecture,
   * Form)}, from a file with several networks.
   *
   * @param file the weight file
   * @param architecture the network
   * @param form the form to read weights for, in the {@link #dialect} of the file
   * @param prefix what the names of the network begin with
   * @return the weights
   * @throws dev.finetune.weights.WeightsException if tensors do not fit the network
   * @throws IOException as {@link #read(Path, Architecture, Form)} throws it
   */
  public static Weights read(Path file, Architecture architecture, Form form, Prefix prefix)
      throws IOException {
    return read(file, architecture, form, TensorChoice.of(prefix));
  }

  private static Weights read(Path file, Architecture architecture, Form form, TensorChoice choice)
      throws IOException {
    Definition wanted = architecture.define(form);
    Definition whole = architecture.define(form.top() == Top.NONE ? form.with(Top.LOGITS) : form);
    Weights weights =
        Weights.of(
            without(
                tensors(file, form.dialect(), choice, wanted, whole),
                whole.graph(),
                wanted.graph()));
    weights.requireMatch(wanted.graph(), file.toString());
    return weights;
  }

  /**
   * Reads the last layer of the classifier, if a file has it.
   *
   * @param file the weight file
   * @param architecture the network
   * @param form the form of the network, in the {@link #dialect} of the file; its top is ignored
   * @param names maps the file's tensor names to those of the dialect; not used for Keras' formats
   * @return the tensors of the layer by role; empty if the file does not have them, or has them
   *     with other shapes, such as those of another number of classes
   * @throws dev.finetune.weights.WeightsException if the file has tensors that belong to no layer
   * @throws IOException as {@link #read(Path, Architecture, Form, TensorNames)} throws it
   */
  public static Optional<Map<ParameterRole, Tensor>> readClassifier(
      Path file, Architecture architecture, Form form, TensorNames names) throws IOException {
    return readClassifier(file, architecture, form, TensorChoice.of(names));
  }

  /**
   * Reads the last layer of the classifier, like {@link #readClassifier(Path, Architecture, Form,
   * TensorNames)}, from a file with several networks.
   *
   * @param file the weight file
   * @param architecture the network
   * @param form the form of the network, in the {@link #dialect} of the file; its top is ignored
   * @param prefix what the names of the network begin with
   * @return the tensors of the layer by role; empty as above
   * @throws dev.finetune.weights.WeightsException if tensors do not fit the network
   * @throws IOException as {@link #read(Path, Architecture, Form)} throws it
   */
  public static Optional<Map<ParameterRole, Tensor>> readClassifier(
      Path file, Architecture architecture, Form form, Prefix prefix) throws IOException {
    return readClassifier(file, architecture, form, TensorChoice.of(prefix));
  }

  private static Optional<Map<ParameterRole, Tensor>> readClassifier(
      Path file, Architecture architecture, Form form, TensorChoice choice) throws IOException {
    Definition whole = architecture.define(form.with(Top.LOGITS));
    Definition wanted = architecture.define(form.with(Top.NONE));
    Node last = whole.graph().node(whole.graph().outputs().get(0));
    WeightFormat format = format(file, form.dialect());
    Map<ParameterRole, Tensor> found =
        format.keras()
            ? tensors(file, form.dialect(), choice, wanted, whole).row(last.name())
            : TorchWeights.open(file, format, choice).classifier(wanted, whole, last);
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
   * Returns whether a file has all layers of a network without its classifier, under some prefix.
   * Does not read values.
   *
   * @param file the weight file
   * @param architecture the network
   * @return whether it does; false for Keras' formats, which may name layers after their classes
   * @throws IOException if the file cannot be read or has another format
   */
  public static boolean fits(Path file, Architecture architecture) throws IOException {
    WeightFormat format = WeightFormat.of(file);
    List<Dialect> possible =
        architecture.dialects().stream().filter(d -> d.keras() == format.keras()).toList();
    if (format.keras() || possible.isEmpty()) {
      return false;
    }
    TorchWeights opened = TorchWeights.open(file, format, TensorChoice.of(TensorNames.UNCHANGED));
    return possible.stream().anyMatch(dialect -> opened.fits(architecture, dialect));
  }

  /**
   * Returns the files that the values of a weight file are in: the file itself, except for the
   * index of safetensors in several files.
   *
   * @param file the weight file
   * @return the files, in the order of their names
   * @throws IOException if the file cannot be read or has another format
   */
  public static List<Path> files(Path file) throws IOException {
    return WeightFormat.of(file) == WeightFormat.SAFETENSORS_INDEX
        ? ShardedSafetensors.files(file)
        : List.of(file);
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

  private static Table<String, ParameterRole, Tensor> tensors(
      Path file, Dialect dialect, TensorChoice choice, Definition wanted, Definition whole)
      throws IOException {
    WeightFormat format = format(file, dialect);
    if (format.keras()) {
      KerasLayers layers =
          new KerasLayers(
              file.toString(),
              wanted.graph().names().equals(whole.graph().names())
                  ? List.of(whole)
                  : List.of(wanted, whole));
      return layers.assign(keras(file, format).models());
    }
    return TorchWeights.open(file, format, choice).read(wanted, whole);
  }

  private static KerasFile keras(Path file, WeightFormat format) throws IOException {
    if (format == WeightFormat.KERAS_H5) {
      return KerasH5.read(file);
    }
    try (CheckedZip zip = CheckedZip.open(file)) {
      KerasFile content = KerasH5.read(zip.read(KERAS_ENTRY, MAX_KERAS), file + "!" + KERAS_ENTRY);
      return zip.has(KERAS_CONFIG)
          ? content.withConfig(
              new String(zip.read(KERAS_CONFIG, MAX_CONFIG), StandardCharsets.UTF_8))
          : content;
    }
  }

  private static Table<String, ParameterRole, Tensor> without(
      Table<String, ParameterRole, Tensor> found, LayerGraph whole, LayerGraph wanted) {
    Table<String, ParameterRole, Tensor> kept = HashBasedTable.create();
    for (Table.Cell<String, ParameterRole, Tensor> cell : found.cellSet()) {
      boolean onlyInTop =
          whole.names().contains(cell.getRowKey()) && !wanted.names().contains(cell.getRowKey());
      if (!onlyInTop) {
        kept.put(cell.getRowKey(), cell.getColumnKey(), cell.getValue());
      }
    }
    return kept;
  }
}
