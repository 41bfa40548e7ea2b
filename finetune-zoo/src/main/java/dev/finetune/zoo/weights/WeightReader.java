package dev.finetune.zoo.weights;

import com.google.common.collect.HashBasedTable;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Table;
import dev.finetune.graph.LayerGraph;
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
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A reader of weight files that checks every tensor by name and shape. */
public final class WeightReader {

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
      try (KerasFile content = KerasFile.open(file, format)) {
        return keras.of(content);
      }
    } else if (possible.size() == 1) {
      return possible.get(0);
    }
    Set<String> names = torch(file, format).names();
    int side = architecture.defaultSize();
    return possible.stream()
        .max(
            Comparator.comparingLong(
                (Dialect d) ->
                    TorchNames.known(
                        names,
                        architecture.define(Form.square(side, d, Top.LOGITS)).tensorNames())))
        .orElseThrow();
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
    return read(file, architecture, form, names, Prefix.of(""));
  }

  /**
   * Reads the weights that a form of an architecture needs, from a part of a file.
   *
   * @param file the weight file
   * @param architecture the network
   * @param form the form to read weights for, in the {@link #dialect} of the file
   * @param names maps the file's tensor names to those of the dialect; not used for Keras' formats
   * @param prefix the part of the file to read
   * @return the weights
   * @throws dev.finetune.weights.WeightsException if tensors do not fit the network
   * @throws IOException as {@link #read(Path, Architecture, Form, TensorNames)} throws it, or if
   *     several parts of a Keras file fit the network and the prefix does not name one
   */
  public static Weights read(
      Path file, Architecture architecture, Form form, TensorNames names, Prefix prefix)
      throws IOException {
    Definition wanted = architecture.define(form);
    if (form.dialect().keras()) {
      WeightFormat format = format(file, form.dialect());
      return new KerasWeights(file, architecture, prefix).read(format, form);
    }
    Definition whole =
        CutArchitecture.whole(architecture)
            .define(form.top() == Top.NONE ? form.with(Top.LOGITS) : form);
    Weights weights =
        Weights.of(
            without(
                tensors(file, form.dialect(), within(prefix, names), whole),
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
    return readClassifier(file, architecture, form, names, Prefix.of(""));
  }

  /**
   * Reads the last layer of the classifier, if a part of a file has it.
   *
   * @param file the weight file
   * @param architecture the network
   * @param form the form of the network, in the {@link #dialect} of the file; its top is ignored
   * @param names maps the file's tensor names to those of the dialect; not used for Keras' formats
   * @param prefix the part of the file to read
   * @return the tensors of the layer by role; empty if the file does not have them, or has them
   *     with other shapes, such as those of another number of classes
   * @throws dev.finetune.weights.WeightsException if the file has tensors that belong to no layer
   * @throws IOException as {@link #read(Path, Architecture, Form, TensorNames, Prefix)} throws it
   */
  public static Optional<Map<ParameterRole, Tensor>> readClassifier(
      Path file, Architecture architecture, Form form, TensorNames names, Prefix prefix)
      throws IOException {
    if (form.dialect().keras()) {
      WeightFormat format = format(file, form.dialect());
      return new KerasWeights(file, architecture, prefix).classifier(format, form);
    }
    Definition whole = architecture.define(form.with(Top.LOGITS));
    Node last = whole.graph().node(whole.graph().outputs().get(0));
    Map<ParameterRole, Tensor> found =
        tensors(file, form.dialect(), within(prefix, names), whole).row(last.name());
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
   * @param prefix the part of the file to read
   * @return the network with the width of the file; {@code architecture} itself if it fits, has
   *     only one width, or none of its usual widths fits
   * @throws IOException if the file cannot be read
   */
  public static Architecture sized(
      Path file, Architecture architecture, Dialect dialect, Prefix prefix) throws IOException {
    if (architecture.widths().isEmpty()) {
      return architecture;
    }
    WeightFormat format = format(file, dialect);
    Form form = Form.square(architecture.defaultSize(), dialect, Top.NONE);
    return (dialect.keras()
            ? new KerasWeights(file, architecture, prefix).width(format, form)
            : TorchWidths.of(
                renamed(file, torch(file, format).read(), within(prefix, TensorNames.UNCHANGED)),
                architecture,
                form))
        .map(architecture::withWidth)
        .orElse(architecture);
  }

  private static TensorNames within(Prefix prefix, TensorNames names) {
    return prefix.text().isEmpty() ? names : TensorNames.withoutPrefix(prefix.text());
  }

  private static WeightFormat format(Path file, Dialect dialect) throws IOException {
    WeightFormat format = WeightFormat.of(file);
    if (format.keras() != dialect.keras()) {
      throw new IOException(
          String.format(
              "%s: the dialect for a file in format %s must be one of %s, got %s",
              file, format, format.keras() ? "Keras" : "torchvision and timm", dialect));
    }
    return format;
  }

  private static Table<String, ParameterRole, Tensor> tensors(
      Path file, Dialect dialect, TensorNames names, Definition whole) throws IOException {
    return TorchNames.assign(
        renamed(file, values(file, format(file, dialect)), names),
        whole.tensorNames(),
        whole.graph(),
        file.toString());
  }

  private static Map<String, Tensor> values(Path file, WeightFormat format) throws IOException {
    Map<String, Tensor> tensors = torch(file, format).read();
    FiniteValues.require(file.toString(), tensors);
    return tensors;
  }

  private static Map<String, Tensor> renamed(
      Path file, Map<String, Tensor> tensors, TensorNames names) throws IOException {
    Map<String, Tensor> renamed = new LinkedHashMap<>();
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      Optional<String> name = names.nameOf(entry.getKey());
      if (name.isPresent() && renamed.put(name.get(), entry.getValue()) != null) {
        throw new IOException(
            file + ": tensor names must be distinct, got " + name.get() + " twice");
      }
    }
    return renamed;
  }

  private static TorchTensors torch(Path file, WeightFormat format) throws IOException {
    return switch (format) {
      case SAFETENSORS -> Safetensors.open(file);
      case TORCH_ZIP -> TorchFile.openZip(file);
      case TORCH_LEGACY -> TorchFile.openLegacy(file);
      case KERAS_H5, KERAS_ZIP, KERAS_SHARDS ->
          throw new IllegalStateException("format must be safetensors or PyTorch, got " + format);
    };
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
