package dev.finetune.examples;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.finetune.graph.LayerGraph;
import dev.finetune.image.InputSpec;
import dev.finetune.zoo.Zoo;
import dev.finetune.zoo.ZooBackbone;
import dev.finetune.zoo.architecture.WeightSource;
import dev.finetune.zoo.download.DownloadOptions;
import dev.finetune.zoo.download.Downloader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Says what the zoo has, and hashes what is cached of it. */
@Command(
    name = "zoo",
    description = "List the backbones: size, input, licence, sources, and what is cached.",
    mixinStandardHelpOptions = true)
final class ZooCommand implements Callable<Integer> {

  private static final String ROW = "%-15s  %12s  %7s  %-15s  %-6s  %-10s  %s%n";

  @Mixin private Output output;
  @Mixin private CacheOption cache;

  /** The option that both commands have. */
  static final class CacheOption {
    @Option(
        names = "--cache",
        paramLabel = "DIR",
        description =
            "Where weight files are kept (default: $FINETUNE_CACHE, or ~/.cache/finetune).")
    private @Nullable Path directory;

    DownloadOptions downloads() {
      return directory == null
          ? DownloadOptions.fromEnvironment()
          : DownloadOptions.into(directory);
    }
  }

  @Override
  public Integer call() {
    Downloader downloader = new Downloader(cache.downloads());
    StringBuilder table = new StringBuilder();
    table.append(
        String.format(
            ROW, "name", "parameters", "MB", "input", "stages", "cached", "weights (licence)"));
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("cache", cache.downloads().cache().toString());
    ArrayNode models = json.putArray("models");
    for (String name : Zoo.names()) {
      ZooBackbone backbone = Zoo.byName(name);
      LayerGraph graph = backbone.graphWithTop();
      InputSpec input = backbone.input();
      List<WeightSource> sources = backbone.architecture().sources();
      List<String> cached =
          sources.stream()
              .map(WeightSource::file)
              .filter(downloader::isCached)
              .map(file -> file.name())
              .toList();
      table.append(
          String.format(
              Locale.ROOT,
              ROW,
              name,
              String.format(Locale.ROOT, "%,d", graph.parameterCount()),
              String.format(Locale.ROOT, "%.1f", megabytes(graph)),
              input.height() + "x" + input.width() + " " + input.preprocessing(),
              graph.stages().size(),
              cached.size() + " of " + sources.size(),
              described(sources) + " (" + backbone.architecture().facts().licence() + ")"));
      ObjectNode model = models.addObject();
      model.put("name", name);
      model.put("parameters", graph.parameterCount());
      model.put("megabytes", megabytes(graph));
      model.putArray("input").add(3).add(input.height()).add(input.width());
      model.put("preprocessing", input.preprocessing().toString());
      graph.stages().forEach(model.putArray("stages")::add);
      model.put("licence", backbone.architecture().facts().licence());
      sources.forEach(source -> describe(source, model.withArray("sources").addObject()));
      cached.forEach(model.putArray("cached")::add);
    }
    output.text(table.toString());
    output.text(
        "MB are of float32 values with the classifier. Files are kept in "
            + cache.downloads().cache()
            + "; zoo verify hashes them.");
    output.result(json);
    return 0;
  }

  private static double megabytes(LayerGraph graph) {
    return Math.round(graph.parameterCount() * Float.BYTES / 1e5) / 10.0;
  }

  private static String described(List<WeightSource> sources) {
    return sources.isEmpty()
        ? "none whose hash is published; name a file"
        : sources.stream()
            .map(s -> s.dialect().name().toLowerCase(Locale.ROOT))
            .distinct()
            .collect(Collectors.joining(", "));
  }

  private static void describe(WeightSource source, ObjectNode json) {
    json.put("file", source.file().name());
    json.put("address", source.file().source().toString());
    json.put("definition", source.dialect().toString());
    json.put("withTop", source.withTop());
    json.put("hash", source.file().algorithm() + " " + source.file().hash());
  }

  /** Hashes every cached file. */
  @Command(
      name = "verify",
      description = "Hash the cached weight files; exit code 1 if one is damaged.",
      mixinStandardHelpOptions = true)
  int verify(@Mixin Output told, @Mixin CacheOption where) throws IOException {
    Downloader downloader = new Downloader(where.downloads());
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    List<String> damaged = new ArrayList<>();
    int verified = 0;
    for (String name : Zoo.names()) {
      for (WeightSource source : Zoo.byName(name).architecture().sources()) {
        Downloader.State state = downloader.state(source.file());
        Path place = downloader.place(source.file());
        if (state == Downloader.State.VERIFIED) {
          verified++;
          told.text("good     " + place);
        } else if (state == Downloader.State.DAMAGED) {
          damaged.add(place.toString());
          told.text("damaged  " + place + "  (delete it; the next use downloads it anew)");
        }
      }
    }
    told.text(verified + " good, " + damaged.size() + " damaged in " + where.downloads().cache());
    json.put("verified", verified);
    damaged.forEach(json.putArray("damaged")::add);
    told.result(json);
    return damaged.isEmpty() ? 0 : 1;
  }
}
