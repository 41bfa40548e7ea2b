package dev.finetune.zoo.weights;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Table;
import dev.finetune.data.UnreadableFileException;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.Weights;
import dev.finetune.weights.WeightsException;
import dev.finetune.zoo.architecture.Architecture;
import dev.finetune.zoo.architecture.CutArchitecture;
import dev.finetune.zoo.architecture.Definition;
import dev.finetune.zoo.architecture.Form;
import dev.finetune.zoo.architecture.Top;
import dev.finetune.zoo.internal.keras.KerasFile;
import dev.finetune.zoo.internal.keras.KerasShards;
import dev.finetune.zoo.internal.keras.StoredLayer;
import dev.finetune.zoo.internal.keras.StoredModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A reader of the weights of a network from Keras' formats. */
final class KerasWeights {

  private static final Logger LOG = LoggerFactory.getLogger(KerasWeights.class);

  private static final int MOST_NAMES = 8;

  private final Path file;
  private final Architecture architecture;
  private final Prefix prefix;

  /**
   * Creates a reader.
   *
   * @param prefix names the model to read; empty if there is only one that fits
   */
  KerasWeights(Path file, Architecture architecture, Prefix prefix) {
    this.file = file;
    this.architecture = architecture;
    this.prefix = prefix;
  }

  /**
   * Reads the weights of a form.
   *
   * @throws WeightsException if no model of the file fits
   * @throws IOException if the file cannot be read, or several models fit
   */
  Weights read(WeightFormat format, Form form) throws IOException {
    KerasLayers layers = new KerasLayers(networks(architecture, form));
    try (KerasFile content = open(file, format)) {
      KerasMatch match = match(content, layers, form);
      Weights weights = Weights.of(match.read(layers.wanted().names(), file.toString()));
      weights.requireMatch(layers.wanted(), file.toString());
      return weights;
    }
  }

  /** Reads the last layer of the classifier, if the file has it. */
  Optional<Map<ParameterRole, Tensor>> classifier(WeightFormat format, Form form)
      throws IOException {
    List<Definition> networks = networks(architecture, form.with(Top.NONE));
    Definition whole = networks.get(networks.size() - 1);
    Node last = whole.graph().node(whole.graph().outputs().get(0));
    try (KerasFile content = open(file, format)) {
      KerasMatch match = match(content, new KerasLayers(networks), form.with(Top.NONE));
      boolean fits =
          last.parameters().stream()
              .allMatch(
                  spec -> {
                    KerasMatch.Found found = match.tensors().get(last.name(), spec.role());
                    return found != null && found.layout().shape().equals(spec.shape());
                  });
      if (!fits) {
        return Optional.empty();
      }
      Table<String, ParameterRole, Tensor> read = match.read(Set.of(last.name()), file.toString());
      return Optional.of(ImmutableMap.copyOf(read.row(last.name())));
    }
  }

  /**
   * Returns the width of the network that the file has weights for; empty if it is that of the
   * architecture, or no known width fits.
   */
  Optional<Double> width(WeightFormat format, Form form) throws IOException {
    try (KerasFile content = open(file, format)) {
      return width(content, form);
    }
  }

  private Optional<Double> width(KerasFile content, Form form) throws IOException {
    if (architecture.widths().isEmpty() || fits(architecture, content, form)) {
      return Optional.empty();
    }
    for (double width : architecture.widths()) {
      if (fits(architecture.withWidth(width), content, form)) {
        return Optional.of(width);
      }
    }
    return Optional.empty();
  }

  private boolean fits(Architecture other, KerasFile content, Form form) throws IOException {
    return !new KerasLayers(networks(other, form)).fitting(chosen(content)).isEmpty();
  }

  private KerasMatch match(KerasFile content, KerasLayers layers, Form form) throws IOException {
    List<KerasMatch> fitting = layers.fitting(chosen(content));
    if (fitting.size() == 1) {
      tellLeftOut(fitting.get(0));
      return fitting.get(0);
    } else if (fitting.size() > 1) {
      List<String> names = fitting.stream().map(match -> match.model().label()).toList();
      throw new UnreadableFileException(
          file.toString(),
          "",
          String.format(
              "the file must have one model that fits %s, got %d: %s; name the one to read with"
                  + " weights(path, Prefix.of(\"%s/\"))",
              architecture.name(),
              names.size(),
              String.join(", ", names),
              fitting.get(names.size() - 1).model().path()));
    }
    throw new WeightsException(file.toString(), problems(content, layers, form));
  }

  private List<String> problems(KerasFile content, KerasLayers layers, Form form)
      throws IOException {
    List<Definition> networks = layers.networks();
    Optional<Double> width = width(content, form);
    if (width.isPresent()) {
      return List.of(
          String.format(
              "the width must be that of the file, %s, got %s: choose it with width(%s)",
              width.get(), architecture.width(), width.get()));
    }
    Form backbone = form.with(Top.NONE);
    Definition whole = CutArchitecture.whole(architecture).define(backbone);
    Optional<String> end = KerasProblems.end(chosen(content), whole);
    if (end.isPresent() && !whole.graph().outputs().contains(end.get())) {
      return List.of(
          String.format(
              "the file must have all layers of %s, got those up to %s: use them with"
                  + " upTo(\"%s\")",
              architecture.name(), end.get(), end.get()));
    }
    return KerasProblems.of(chosen(content), networks.get(networks.size() - 1), layers.wanted());
  }

  /** Returns the models to choose from: that of the prefix, or all. */
  private List<StoredModel> chosen(KerasFile content) throws IOException {
    if (prefix.text().isEmpty()) {
      return content.models();
    }
    List<StoredModel> named =
        content.models().stream().filter(model -> model.named(prefix.text())).toList();
    if (named.isEmpty()) {
      List<String> names =
          content.models().stream().map(StoredModel::path).filter(p -> !p.isEmpty()).toList();
      throw new UnreadableFileException(
          file.toString(),
          "",
          String.format(
              "the prefix must name a nested model of the file, one of %s%s, got \"%s\"",
              names.subList(0, Math.min(MOST_NAMES, names.size())),
              names.size() > MOST_NAMES ? " and others" : "",
              prefix.text()));
    }
    return named;
  }

  /** Logs which layers of the chosen model are not those of the network. */
  private void tellLeftOut(KerasMatch match) {
    Set<StoredLayer> used = new HashSet<>();
    match.tensors().values().forEach(found -> used.add(found.layer()));
    List<String> left = new ArrayList<>();
    match.model().layers().stream()
        .filter(layer -> !used.contains(layer))
        .forEach(layer -> left.add(layer.label()));
    if (!left.isEmpty()) {
      LOG.info(
          "{}: left out {} layers behind {}: {}",
          file,
          left.size(),
          architecture.name(),
          left.subList(0, Math.min(MOST_NAMES, left.size())));
    }
  }

  /** Returns the networks that a file may have for a form: just that, or with more layers. */
  private static List<Definition> networks(Architecture architecture, Form form) {
    Architecture whole = CutArchitecture.whole(architecture);
    List<Definition> networks = new ArrayList<>();
    Set<Set<String>> names = new HashSet<>();
    List<Definition> all = new ArrayList<>();
    all.add(architecture.define(form));
    if (form.top() == Top.NONE) {
      all.add(whole.define(form));
      all.add(whole.define(form.with(Top.LOGITS)));
    }
    for (Definition network : all) {
      if (names.add(network.graph().names())) {
        networks.add(network);
      }
    }
    return networks;
  }

  /**
   * Opens a file of one of Keras' formats.
   *
   * @throws UnreadableFileException if its content cannot be used
   * @throws IOException if it cannot be read
   */
  static KerasFile open(Path file, WeightFormat format) throws IOException {
    return switch (format) {
      case KERAS_H5 -> KerasFile.openH5(file);
      case KERAS_SHARDS -> KerasShards.open(file);
      case KERAS_ZIP -> KerasFile.openZip(file);
      default -> throw new IllegalArgumentException("must be a format of Keras, got " + format);
    };
  }
}
