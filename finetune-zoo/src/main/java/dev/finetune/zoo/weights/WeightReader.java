package dev.finetune.zoo.weights;

import com.google.common.collect.HashBasedTable;
import com.google.common.collect.Table;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.ParameterRole;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.Weights;
import dev.finetune.zoo.architecture.Architecture;
import dev.finetune.zoo.architecture.Dialect;
import dev.finetune.zoo.architecture.Form;
import dev.finetune.zoo.architecture.Network;
import dev.finetune.zoo.architecture.Top;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** Reads the weights of an architecture and checks every tensor by name and shape. */
public final class WeightReader {

  /** Where a {@code .keras} file has its weights. */
  static final String KERAS_ENTRY = "model.weights.h5";

  private WeightReader() {}

  /**
   * Whose definition of the architecture a file has weights for: Keras' for Keras' formats, else
   * the one whose names the file has most of.
   *
   * @throws IOException if the file cannot be read, or the architecture is not defined there
   */
  public static Dialect dialect(Path file, Architecture architecture) throws IOException {
    WeightFormat format = WeightFormat.of(file);
    List<Dialect> possible =
        architecture.dialects().stream()
            .filter(d -> (d == Dialect.KERAS) == format.keras())
            .toList();
    if (possible.isEmpty()) {
      throw new IOException(
          String.format(
              "%s: %s is defined by %s here, and this file's format is %s",
              file, architecture.name(), architecture.dialects(), format));
    }
    if (possible.size() == 1) {
      return possible.get(0);
    }
    Set<String> names = named(file, format).names();
    int side = architecture.defaultSize();
    return possible.stream()
        .max(
            Comparator.comparingLong(
                (Dialect d) ->
                    TorchNames.known(
                        names,
                        architecture.network(Form.square(side, d, Top.LOGITS)).tensorNames())))
        .orElseThrow();
  }

  /**
   * The weights that a form of the architecture needs. Tensors of the classifier are passed over
   * where the form has none; any other that it has no place for is an error.
   *
   * @param form of the file's {@link #dialect}
   * @throws dev.finetune.weights.WeightsException one that lists every missing, extra and
   *     mis-shaped tensor
   * @throws IOException if the file cannot be read
   */
  public static Weights read(Path file, Architecture architecture, Form form) throws IOException {
    Network wanted = architecture.network(form);
    Network whole = architecture.network(form.top() == Top.NONE ? form.with(Top.LOGITS) : form);
    Weights weights =
        Weights.of(without(tensors(file, wanted, whole), whole.graph(), wanted.graph()));
    weights.requireMatch(wanted.graph(), file.toString());
    return weights;
  }

  private static Table<String, ParameterRole, Tensor> tensors(
      Path file, Network wanted, Network whole) throws IOException {
    WeightFormat format = WeightFormat.of(file);
    if (format.keras()) {
      KerasLayers layers =
          new KerasLayers(
              file.toString(),
              wanted.graph().names().equals(whole.graph().names())
                  ? List.of(whole.graph())
                  : List.of(wanted.graph(), whole.graph()));
      return layers.assign(keras(file, format));
    }
    return TorchNames.assign(
        values(file, format), whole.tensorNames(), whole.graph(), file.toString());
  }

  private static List<List<StoredLayer>> keras(Path file, WeightFormat format) throws IOException {
    if (format == WeightFormat.KERAS_H5) {
      return KerasH5.read(file);
    }
    try (ZipFile zip = new ZipFile(file.toFile());
        InputStream in = zip.getInputStream(zip.getEntry(KERAS_ENTRY))) {
      return KerasH5.read(in.readAllBytes(), file + "!" + KERAS_ENTRY);
    } catch (ZipException e) {
      throw unreadable(file, e);
    }
  }

  private static Map<String, Tensor> values(Path file, WeightFormat format) throws IOException {
    try {
      return torch(file, format).read();
    } catch (ZipException e) {
      throw unreadable(file, e);
    }
  }

  private static TorchTensors named(Path file, WeightFormat format) throws IOException {
    try {
      return torch(file, format);
    } catch (ZipException e) {
      throw unreadable(file, e);
    }
  }

  private static IOException unreadable(Path file, ZipException e) {
    return new IOException(file + ": a zip that cannot be read: " + e.getMessage(), e);
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
