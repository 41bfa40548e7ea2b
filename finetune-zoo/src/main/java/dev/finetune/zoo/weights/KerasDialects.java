package dev.finetune.zoo.weights;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.collect.ImmutableSet;
import dev.finetune.graph.LayerGraph;
import dev.finetune.zoo.architecture.Architecture;
import dev.finetune.zoo.architecture.Dialect;
import dev.finetune.zoo.architecture.Form;
import dev.finetune.zoo.architecture.Top;
import dev.finetune.zoo.architecture.WeightSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Which of Keras' definitions of a network a file has weights for, where they differ in how they
 * normalise images inside: such layers have no weights, or have them in all definitions alike.
 */
final class KerasDialects {

  /** ImageNet's deviations, which the published weights have in the place of variances. */
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

  /** Whether a file has to be read to know it. */
  boolean tellable() {
    return possible.stream().anyMatch(dialect -> wanted(dialect) > 0);
  }

  /**
   * The dialect. What counts is, in this order: the layers that the file or its configuration
   * lists; whether it is a published file, which may not list them all; the values that the
   * normalisation has.
   *
   * @throws IOException if the file's network is none of them, or nothing in the file tells
   */
  Dialect of(KerasFile content) throws IOException {
    Optional<Long> listed = listed(content);
    Optional<Dialect> byList =
        possible.stream().filter(d -> listed.equals(Optional.of(wanted(d)))).findFirst();
    // A published file may be older than the layers that are added to it.
    if (byList.isPresent() && byList.get() == possible.get(0)) {
      return byList.get();
    }
    Optional<Dialect> published = published();
    if (published.isPresent()) {
      return published.get();
    } else if (byList.isPresent()) {
      return byList.get();
    } else if (listed.isPresent()) {
      throw new IOException(
          String.format(
              "%s: Keras' %s has %s layers (Rescaling, Normalization) before its first convolution,"
                  + " got %d in this file; name the definition with weights(path, dialect) if it"
                  + " is one of %s all the same",
              file,
              architecture.name(),
              possible.stream().map(d -> wanted(d) + " (" + d + ")").toList(),
              listed.get(),
              possible));
    }
    return possible.size() == 1 ? possible.get(0) : byValues(content);
  }

  /** The layers that normalise images. */
  private long wanted(Dialect dialect) {
    return graph(dialect).nodes().stream()
        .filter(n -> NORMALISATIONS.contains(n.layer().kerasClass()))
        .count();
  }

  private LayerGraph graph(Dialect dialect) {
    return architecture.define(Form.square(architecture.defaultSize(), dialect, Top.NONE)).graph();
  }

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

  /** By the list of layers that has most in common with the network's. */
  private Optional<Long> configured(String config) throws IOException {
    List<JsonNode> lists;
    try {
      lists = new ObjectMapper().readTree(config).findValues("layers");
    } catch (JsonProcessingException e) {
      throw new IOException(file + ": the model's configuration is not JSON", e);
    }
    List<JsonNode> all = new ArrayList<>(lists);
    // What is found is not searched itself.
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

  /** Published weights have values of their own; a layer that was never adapted has 0 and 1. */
  private Dialect byValues(KerasFile content) throws IOException {
    for (StoredModel model : content.models()) {
      for (StoredLayer layer : model.layers()) {
        if (layer.tensors().size() == 3 && layer.lastOfName().matches("normalization(_\\d+)?")) {
          float[] variance = layer.tensors().get(1).tensor().values();
          if (Arrays.equals(variance, PUBLISHED)) {
            return Dialect.KERAS;
          } else if (Arrays.equals(variance, new float[] {1, 1, 1})) {
            return Dialect.KERAS_SCRATCH;
          }
        }
      }
    }
    throw new IOException(
        String.format(
            "%s: nothing in this file tells whether the network was built with"
                + " weights=\"imagenet\" or weights=None, which differ in a layer; name it with"
                + " weights(path, dialect), one of %s",
            file, possible));
  }
}
