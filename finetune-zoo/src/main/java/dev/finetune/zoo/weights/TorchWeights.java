package dev.finetune.zoo.weights;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Table;
import dev.finetune.data.UnreadableFileException;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.weights.Tensor;
import dev.finetune.zoo.architecture.Architecture;
import dev.finetune.zoo.architecture.CutArchitecture;
import dev.finetune.zoo.architecture.Definition;
import dev.finetune.zoo.architecture.Dialect;
import dev.finetune.zoo.architecture.Form;
import dev.finetune.zoo.architecture.Top;
import dev.finetune.zoo.internal.tensors.SafetensorsSource;
import dev.finetune.zoo.internal.tensors.ShardedTensors;
import dev.finetune.zoo.internal.tensors.TensorSource;
import dev.finetune.zoo.internal.torch.TorchFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A reader of the weights of networks from files of named tensors: PyTorch and safetensors. */
final class TorchWeights {

  private static final Logger LOG = LoggerFactory.getLogger(WeightReader.class);

  private final TensorSource source;
  private final Optional<Prefix> prefix;

  private TorchWeights(TensorSource source, Optional<Prefix> prefix) {
    this.source = source;
    this.prefix = prefix;
  }

  /** Opens a file and reads names, types and shapes. */
  static TorchWeights open(Path file, WeightFormat format, TensorChoice choice) throws IOException {
    TensorSource source = source(file, format);
    return new TorchWeights(choice.of(source), choice.prefix());
  }

  static TensorSource source(Path file, WeightFormat format) throws IOException {
    return switch (format) {
      case SAFETENSORS -> SafetensorsSource.open(file);
      case SAFETENSORS_INDEX -> ShardedTensors.open(file, TorchWeights::part);
      case TORCH_ZIP -> TorchFile.openZip(file);
      case TORCH_LEGACY -> TorchFile.openLegacy(file);
      case KERAS_H5, KERAS_ZIP, KERAS_SHARDS ->
          throw new IllegalStateException("format must be safetensors or PyTorch, got " + format);
    };
  }

  /** Opens one of the files that an index lists, which must not be an index itself. */
  private static TensorSource part(Path file) throws IOException {
    WeightFormat format = WeightFormat.of(file);
    if (format.keras() || format == WeightFormat.SAFETENSORS_INDEX) {
      throw new UnreadableFileException(
          file.toString(), "", "a file of an index must be safetensors or PyTorch, got " + format);
    }
    return source(file, format);
  }

  /**
   * Returns the dialect that the file has the network in; of several, or if there is none, the one
   * with most names in common, those of the classifier included.
   */
  Dialect dialect(List<Dialect> possible, Architecture architecture) {
    return possible.stream()
        .max(
            Comparator.comparing((Dialect dialect) -> fits(architecture, dialect))
                .thenComparing(dialect -> common(slots(architecture, dialect, Top.LOGITS)))
                .thenComparing(Comparator.comparing(possible::indexOf).reversed()))
        .orElseThrow();
  }

  /** Returns whether the file has the layers of the network without its classifier. */
  boolean fits(Architecture architecture, Dialect dialect) {
    return fits(slots(architecture, dialect, Top.NONE));
  }

  /** Returns the usual width that fits the file; empty if the network itself or none fits. */
  Optional<Double> width(Architecture architecture, Dialect dialect) {
    return fits(architecture, dialect)
        ? Optional.empty()
        : architecture.widths().stream()
            .filter(width -> fits(architecture.withWidth(width), dialect))
            .findFirst();
  }

  private boolean fits(ImmutableMap<String, TorchSlot> slots) {
    return TorchMatch.isIn(source, slots);
  }

  private long common(ImmutableMap<String, TorchSlot> slots) {
    Namings namings = new Namings(source.tensors(), slots);
    return namings.nearest().found(slots).size();
  }

  private static ImmutableMap<String, TorchSlot> slots(
      Architecture architecture, Dialect dialect, Top top) {
    Architecture whole = top == Top.NONE ? architecture : CutArchitecture.whole(architecture);
    return TorchNames.of(whole.define(Form.square(whole.defaultSize(), dialect, top)));
  }

  /**
   * Reads the weights of a network.
   *
   * @param wanted the network
   * @param whole the network with its classifier
   */
  Table<String, ParameterRole, Tensor> read(Definition wanted, Definition whole)
      throws IOException {
    ImmutableMap<String, TorchSlot> slots = TorchNames.of(wanted);
    TorchMatch match = TorchMatch.of(source, slots, TorchNames.of(whole), prefix.orElse(null));
    String leftOut = match.leftOut();
    if (!leftOut.isEmpty()) {
      String under = match.prefix().isEmpty() ? "" : " under \"" + match.prefix() + "\"";
      LOG.info("{}: read the network{}; left out: {}", source.file(), under, leftOut);
    }
    return TorchNames.assign(match.read(), slots);
  }

  /** Reads the tensors of a layer of the classifier, as far as they have the network's shapes. */
  Map<ParameterRole, Tensor> classifier(Definition wanted, Definition whole, Node layer)
      throws IOException {
    ImmutableMap<String, TorchSlot> all = TorchNames.of(whole);
    TorchMatch match = TorchMatch.of(source, TorchNames.of(wanted), all, prefix.orElse(null));
    Map<String, TorchSlot> slots = new LinkedHashMap<>();
    all.forEach(
        (name, slot) -> {
          if (slot.layer().equals(layer.name())) {
            slots.put(name, slot);
          }
        });
    return TorchNames.assign(match.read(slots), slots).row(layer.name());
  }
}
