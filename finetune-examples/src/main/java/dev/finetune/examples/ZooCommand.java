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
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists the backbones of the zoo. */
@Command(
    name = "zoo",
    description =
        "List the backbones: size, input, licence, sources of weights and what is downloaded.",
    footer = {"  " + Main.NAME + " zoo", "  " + Main.NAME + " zoo --json | tail -1 | jq .models"},
    subcommands = ZooVerifyCommand.class)
final class ZooCommand implements Callable<Integer> {

  private static final String ROW = "%-15s  %12s  %7s  %-15s  %-6s  %-10s  %s%n";

  @Mixin private DownloadOption download;
  @Mixin private Output output;

  @Override
  public Integer call() throws IOException {
    DownloadOptions downloads = download.options();
    Downloader downloader = new Downloader(downloads);
    StringBuilder table = new StringBuilder();
    table.append(
        String.format(
            ROW, "name", "parameters", "MB", "input", "stages", "cached", "weights (licence)"));
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("cache", downloads.cache().toString());
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
        "MB: float32 weights with the classifier. Downloaded files are in "
            + downloads.cache()
            + "; zoo verify checks their hashes.");
    output.result(json);
    return 0;
  }

  private static double megabytes(LayerGraph graph) {
    return Math.round(graph.parameterCount() * Float.BYTES / 1e5) / 10.0;
  }

  private static String described(List<WeightSource> sources) {
    return sources.isEmpty()
        ? "no published hash; name a file with --weights"
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
}
