package dev.finetune.zoo.weights;

import com.google.common.collect.HashBasedTable;
import com.google.common.collect.Table;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.image.Preprocessing;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.Weights;
import dev.finetune.zoo.architecture.Architecture;
import dev.finetune.zoo.architecture.Definition;
import dev.finetune.zoo.architecture.Dialect;
import dev.finetune.zoo.architecture.Form;
import dev.finetune.zoo.architecture.Top;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the weights of an architecture and checks every tensor by name and shape. */
public final class WeightReader {

  /** Where a {@code .keras} file has its weights. */
  static final String KERAS_ENTRY = "model.weights.h5";

  private static final String KERAS_CONFIG = "config.json";

  private WeightReader() {}

  /**
   * Whose definition of the architecture a file has weights for: one of Keras' for Keras' formats,
   * else the one whose names the file has most of.
   *
   * @throws IOException if the file cannot be read, or the architecture is not defined there, or
   *     Keras defines it in several ways and nothing in the file tells which it is
   */
  public static Dialect dialect(Path file, Architecture architecture) throws IOException {
    WeightFormat format = WeightFormat.of(file);
    List<Dialect> possible =
        architecture.dialects().stream().filter(d -> d.keras() == format.keras()).toList();
    if (possible.isEmpty()) {
      throw new IOException(
          String.format(
              "%s: %s is defined by %s here, and this file's format is %s",
              file, architecture.name(), architecture.dialects(), format));
    }
    KerasDialects keras = new KerasDialects(file, architecture, possible);
    if (format.keras() && keras.tellable()) {
      return keras.of(keras(file, format));
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
   * What the weights want done to images: what a {@code config.json} of timm's beside the file says
   * if there is one, else what the definition usually wants.
   *
   * @param dialect of the file
   * @throws IOException if that file cannot be understood
   */
  public static Preprocessing preprocessing(Path file, Architecture architecture, Dialect dialect)
      throws IOException {
    Preprocessing usual = architecture.preprocessing(dialect);
    return dialect.keras() ? usual : TimmConfig.preprocessing(file).orElse(usual);
  }

  /** Reads the weights of a file with the names of its dialect; see the other method. */
  public static Weights read(Path file, Architecture architecture, Form form) throws IOException {
    return read(file, architecture, form, TensorNames.UNCHANGED);
  }

  /**
   * The weights that a form of the architecture needs. Tensors of the classifier are passed over
   * where the form has none; any other that it has no place for is an error.
   *
   * @param form of the file's {@link #dialect}
   * @param names what the file's tensors are called in that dialect; Keras' files have layers, and
   *     take {@link TensorNames#UNCHANGED} only
   * @throws dev.finetune.weights.WeightsException one that lists every missing, extra and
   *     mis-shaped tensor
   * @throws IOException if the file cannot be read, is damaged, or has a value that is not finite
   */
  public static Weights read(Path file, Architecture architecture, Form form, TensorNames names)
      throws IOException {
    Definition wanted = architecture.define(form);
    Definition whole = architecture.define(form.top() == Top.NONE ? form.with(Top.LOGITS) : form);
    Weights weights =
        Weights.of(
            without(
                tensors(file, form.dialect(), names, wanted, whole),
                whole.graph(),
                wanted.graph()));
    weights.requireMatch(wanted.graph(), file.toString());
    return weights;
  }

  private static Table<String, ParameterRole, Tensor> tensors(
      Path file, Dialect dialect, TensorNames names, Definition wanted, Definition whole)
      throws IOException {
    WeightFormat format = WeightFormat.of(file);
    if (format.keras() != dialect.keras()) {
      throw new IOException(
          String.format(
              "%s: the format %s has weights for definitions of %s, got %s",
              file, format, format.keras() ? "Keras" : "torchvision and timm", dialect));
    }
    if (format.keras()) {
      KerasLayers layers =
          new KerasLayers(
              file.toString(),
              wanted.graph().names().equals(whole.graph().names())
                  ? List.of(whole)
                  : List.of(wanted, whole));
      return layers.assign(keras(file, format).models());
    }
    return TorchNames.assign(
        renamed(file, values(file, format), names),
        whole.tensorNames(),
        whole.graph(),
        file.toString());
  }

  private static KerasFile keras(Path file, WeightFormat format) throws IOException {
    if (format == WeightFormat.KERAS_H5) {
      return KerasH5.read(file);
    }
    try (CheckedZip zip = CheckedZip.open(file)) {
      KerasFile content = KerasH5.read(zip.read(KERAS_ENTRY), file + "!" + KERAS_ENTRY);
      return zip.has(KERAS_CONFIG)
          ? content.withConfig(new String(zip.read(KERAS_CONFIG), StandardCharsets.UTF_8))
          : content;
    }
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
            file + ": tensors must have different names, and two are called " + name.get());
      }
    }
    return renamed;
  }

  private static TorchTensors torch(Path file, WeightFormat format) throws IOException {
    return switch (format) {
      case SAFETENSORS -> Safetensors.open(file);
      case TORCH_ZIP -> TorchFile.openZip(file);
      case TORCH_LEGACY -> TorchFile.openLegacy(file);
      case KERAS_H5, KERAS_ZIP ->
          throw new IllegalStateException("Keras' formats have no named tensors: " + format);
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
