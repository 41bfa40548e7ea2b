package dev.finetune.zoo.weights;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.collect.ImmutableSet;
import dev.finetune.data.UnreadableFileException;
import dev.finetune.graph.LayerGraph;
import dev.finetune.zoo.architecture.Architecture;
import dev.finetune.zoo.architecture.Dialect;
import dev.finetune.zoo.architecture.Form;
import dev.finetune.zoo.architecture.Top;
import dev.finetune.zoo.architecture.WeightSource;
import dev.finetune.zoo.internal.keras.KerasFile;
import dev.finetune.zoo.internal.keras.StoredLayer;
import dev.finetune.zoo.internal.keras.StoredModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A detector of the Keras definition that a file has weights for. It is needed where definitions
 * differ only in the layers that normalise images: these have no weights, or the same weights in
 * all definitions.
 */
final class KerasDialects {

  /** ImageNet's standard deviations, which the published weights contain in place of variances. */
  private static final float[] PUBLISHED = {0.229f, 0.224f, 0.225f};

  private static final ImmutableSet<String> NORMALISATIONS =
      ImmutableSet.of("rescaling", "normalization");

  private final Path file;
  private final Architecture architecture;
  private final List<Dialect> possible;

  KerasDialects(Path file, Architecture architecture, List<Dialect> possible) {
    this.file = file;
    this.architecture = architecture;
    this.possible = possible;
  }

  /** Returns whether the dialect depends on the content of the file. */
  boolean tellable() {
    return possible.stream().anyMatch(dialect -> wanted(dialect) > 0);
  }

  /**
   * Determines the dialect from, in this order: the layers that the file or its configuration
   * lists; whether it is a published file, which may not list all layers; the values of the
   * normalisation.
   *
   * @throws IOException if the file fits none of the definitions, or does not show which one it
   *     fits
   */
  Dialect of(KerasFile content) throws IOException {
    Optional<Long> listed = listed(content);
    Optional<Dialect> byList =
        possible.stream().filter(d -> listed.equals(Optional.of(wanted(d)))).findFirst();
    // A published file may predate layers that Keras has since added to the network.
    if (byList.isPresent() && byList.get() == possible.get(0)) {
      return byList.get();
    }
    Optional<Dialect> published = published();
    if (published.isPresent()) {
      return published.get();
    } else if (byList.isPresent()) {
      return byList.get();
    } else if (listed.isPresent()) {
      throw new UnreadableFileException(
          file.toString(),
          "",
          String.format(
              "%s must have %s normalising layers (Rescaling, Normalization), got %d; if the"
                  + " file fits one of %s nevertheless, pass it with weights(path, dialect)",
              architecture.name(),
              possible.stream().map(d -> wanted(d) + " (" + d + ")").toList(),
              listed.get(),
              possible));
    }
    return possible.size() == 1 ? possible.get(0) : byValues(content);
  }

  /** Returns the number of layers that normalise images. */
  private long wanted(Dialect dialect) {
    return graph(dialect).nodes().stream()
        .filter(n -> NORMALISATIONS.contains(n.layer().kerasClass()))
        .count();
  }

  private LayerGraph graph(Dialect dialect) {
    return architecture.define(Form.square(architecture.defaultSize(), dialect, Top.NONE)).graph();
  }

  /** Returns the number of normalising layers that the file lists, if it lists layers. */
  private Optional<Long> listed(KerasFile content) throws IOException {
    StoredModel largest =
        content.models().stream()
            .max(Comparator.comparingInt(model -> model.listed().size()))
            .orElseThrow();
    boolean itself = largest.listed().size() > graph(possible.get(0)).nodes().size() / 2;
    if (itself) {
      return Optional.of(largest.normalisations());
    }
    return content.config().isEmpty() ? Optional.empty() : configured(content.config());
  }

  /** Counts in the list of layers that has the most names in common with the network. */
  private Optional<Long> configured(String config) throws IOException {
    List<JsonNode> lists;
    try {
      lists = new ObjectMapper().readTree(config).findValues("layers");
    } catch (JsonProcessingException e) {
      throw new UnreadableFileException(
          file.toString(), "", "the model configuration must be JSON", e);
    }
    List<JsonNode> all = new ArrayList<>(lists);
    // findValues does not search within the lists that it finds.
    for (int i = 0; i < all.size(); i++) {
      for (JsonNode layer : all.get(i)) {
        all.addAll(layer.findValues("layers"));
      }
    }
    LayerGraph graph = graph(possible.get(0));
    return all.stream()
        .max(Comparator.comparingLong(layers -> common(layers, graph)))
        .filter(layers -> common(layers, graph) > graph.nodes().size() / 2)
        .map(KerasDialects::normalisations);
  }

  private static long common(JsonNode layers, LayerGraph graph) {
    long count = 0;
    for (JsonNode layer : layers) {
      count += graph.names().contains(layer.path("config").path("name").asText()) ? 1 : 0;
    }
    return count;
  }

  private static long normalisations(JsonNode layers) {
    long count = 0;
    for (JsonNode layer : layers) {
      String kind = layer.path("class_name").asText();
      count += kind.equals("Rescaling") || kind.equals("Normalization") ? 1 : 0;
    }
    return count;
  }

  private Optional<Dialect> published() throws IOException {
    for (WeightSource source : architecture.sources()) {
      if (possible.contains(source.dialect()) && source.file().is(file)) {
        return Optional.of(source.dialect());
      }
    }
    return Optional.empty();
  }

  /** Returns the variances of the colours; empty if the layer is not for colours. */
  private static float[] variance(StoredLayer layer) throws IOException {
    StoredLayer.Stored stored = layer.tensors().get(1);
    boolean colours = stored.shape().equals(List.of(PUBLISHED.length));
    return colours ? stored.tensor().values() : new float[0];
  }

  /** Distinguishes by the variances: published weights have known values, new layers have ones. */
  private Dialect byValues(KerasFile content) throws IOException {
    for (StoredModel model : content.models()) {
      for (StoredLayer layer : model.layers()) {
        if (layer.tensors().size() == 3 && layer.lastOfName().matches("normalization(_\\d+)?")) {
          float[] variance = variance(layer);
          if (Arrays.equals(variance, PUBLISHED)) {
            return Dialect.KERAS;
          } else if (Arrays.equals(variance, new float[] {1, 1, 1})) {
            return Dialect.KERAS_SCRATCH;
          }
        }
      }
    }
    throw new UnreadableFileException(
        file.toString(),
        "",
        String.format(
            "the file does not show whether the network was built with weights=\"imagenet\" or"
                + " weights=None, which differ in one layer; pass the dialect with weights(path,"
                + " dialect), one of %s",
            possible));
  }
}
