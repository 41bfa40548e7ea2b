package dev.finetune.examples;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.finetune.FineTune;
import dev.finetune.Models;
import dev.finetune.TrainedModel;
import dev.finetune.data.ImageSource;
import dev.finetune.engine.Engine;
import dev.finetune.engine.Engines;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.ParameterSpec;
import dev.finetune.train.EpochResult;
import dev.finetune.train.History;
import dev.finetune.train.ProgressPrinter;
import dev.finetune.train.StopSignal;
import dev.finetune.train.TrainOptions;
import dev.finetune.train.TrainingEnd;
import dev.finetune.train.TrainingObserver;
import dev.finetune.weights.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Repeats the training of a saved model and compares the weights. */
@Command(
    name = "reproduce",
    description = {
      "Repeat the training of a saved model with the same images, and compare the weights bit by"
          + " bit.",
      "The exit code is 0 if they are equal, and 1 if not. The options of the training are in the"
          + " model; the images must be the same files. The weights depend on the version, the"
          + " engine, the CPU's instructions and the number of threads: differences are printed"
          + " before the training."
    },
    footer = {"  " + Main.NAME + " reproduce flowers-out/model.zip --data flowers"})
final class ReproduceCommand implements Callable<Integer> {

  @Parameters(paramLabel = "MODEL", description = "The file of a model that train or gtsrb wrote.")
  private Path file;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "The directory of the images (default: that of the CSV file).")
  private @Nullable Path data;

  @Option(
      names = DataOptions.CSV,
      paramLabel = "FILE",
      description = "The CSV file, if train was called with one (default: none).")
  private @Nullable Path csv;

  @Option(
      names = DataOptions.VALID,
      paramLabel = "DIR",
      description = "The validation images, if train was called with them (default: none).")
  private @Nullable Path valid;

  @Option(
      names = WeightsOptions.NAME,
      paramLabel = "FILE",
      description = "The file of the backbone's weights (default: the path in the model).")
  private @Nullable Path weights;

  @Option(
      names = TrainCommand.FROM,
      paramLabel = "MODEL",
      description = "The model that the training continued (default: the path in the model).")
  private @Nullable Path from;

  @Option(
      names = ComputeOptions.THREADS,
      paramLabel = "N",
      converter = Converters.Count.class,
      description = "The number of threads (default: that of the training).")
  private @Nullable Integer threads;

  @Mixin private Output output;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    if (data == null && csv == null) {
      throw WrongCall.must("be given, or --csv", "neither").of("--data");
    }
    PathChecks.file("MODEL", "the file of a saved model", file);
    try (TrainedModel model = Models.load(file)) {
      JsonNode provenance = new ObjectMapper().readTree(model.provenanceJson());
      JsonNode notes = provenance.path("notes");
      if (provenance.has("averagedEpochs") || provenance.has("soup")) {
        throw new IOException(
            "MODEL must have the weights of one training, and those of "
                + file
                + " are an average");
      }
      requireReproducible(notes, model.history());
      Path cache = Files.createTempDirectory("reproduce");
      try {
        TrainingRun<?, ?, ?> run = prepare(notes, cache);
        requireSameImages(notes, run.data());
        requireSameWeights(provenance, run);
        tellDifferences(provenance, run);
        try (TrainedModel again = train(run, model.history())) {
          return compare(model, again);
        }
      } finally {
        delete(cache);
      }
    }
  }

  private void requireReproducible(JsonNode notes, History history) throws IOException {
    if (!notes.has(TrainingRun.OPTIONS)) {
      throw new IOException(
          "MODEL must be a model that train or gtsrb wrote, and " + file + " has no options");
    }
    if (history.end() == TrainingEnd.REQUESTED) {
      throw new IOException(
          "MODEL must be a model of a finished training, and that of " + file + " was stopped");
    }
    if (history.end() == TrainingEnd.TIME && history.epochs().size() == 1) {
      throw new IOException(
          "MODEL must have more than one epoch if a time limit ended its training, and "
              + file
              + " has one: where in the epoch it ended is not known");
    }
  }

  private TrainingRun<?, ?, ?> prepare(JsonNode notes, Path cache) throws IOException {
    boolean signs = notes.path(TrainingRun.COMMAND).asText().equals("gtsrb");
    List<String> arguments = new ArrayList<>();
    for (JsonNode argument :
        new ObjectMapper().readTree(notes.path(TrainingRun.OPTIONS).asText())) {
      arguments.add(argument.asText());
    }
    replace(arguments, WeightsOptions.NAME, weights);
    replace(arguments, TrainCommand.FROM, from);
    replace(arguments, ComputeOptions.THREADS, threads);
    requireSameModel(notes, arguments);
    if (arguments.contains("--float16")) {
      add(arguments, "--cache", cache);
    }
    if (signs) {
      add(arguments, "--data", data);
    } else {
      add(arguments, DataOptions.CSV, csv);
      add(arguments, DataOptions.VALID, valid);
      add(arguments, "--out", cache); // required, and not written to
      if (data != null) {
        arguments.add(data.toString());
      }
    }
    TrainingCommand training = signs ? new GtsrbCommand() : new TrainCommand();
    try {
      new CommandLine(training).parseArgs(arguments.toArray(String[]::new));
    } catch (CommandLine.ParameterException e) {
      throw new IOException(
          "The options in " + file + " must be options of this version: " + e.getMessage(), e);
    }
    return training.prepare(Optional.empty());
  }

  private static void requireSameModel(JsonNode notes, List<String> arguments) throws IOException {
    int at = arguments.indexOf(TrainCommand.FROM);
    if (at >= 0) {
      Path continued =
          PathChecks.file(
              TrainCommand.FROM, "the file of a saved model", Path.of(arguments.get(at + 1)));
      if (!DataHash.of(continued).equals(notes.path(TrainingRun.FROM_FILE).asText())) {
        throw new IOException(
            TrainCommand.FROM + " must be the model that was continued, got another: " + continued);
      }
    }
  }

  private static void add(List<String> arguments, String option, @Nullable Object value) {
    if (value != null) {
      arguments.add(option);
      arguments.add(value.toString());
    }
  }

  private static void replace(List<String> arguments, String option, @Nullable Object value) {
    int at = arguments.indexOf(option);
    if (value != null && at >= 0) {
      arguments.set(at + 1, value.toString());
    }
  }

  private static <D extends ImageSource> void requireSameImages(
      JsonNode notes, TrainingData<D, ?, ?> data) throws IOException {
    String train = notes.path(TrainingRun.TRAIN_FILES).asText();
    String valid = notes.path(TrainingRun.VALID_FILES).asText();
    requireSame("training", train, DataHash.of(data.task(), data.train()));
    requireSame("validation", valid, DataHash.of(data.task(), data.valid()));
  }

  private static void requireSame(String part, String before, String hash) throws IOException {
    if (!hash.equals(before)) {
      throw new IOException(
          "The "
              + part
              + " images must be the same files in the same classes: the model was trained with "
              + before
              + ", got "
              + hash);
    }
  }

  /** The names of the weight files may differ. */
  private static void requireSameWeights(JsonNode provenance, TrainingRun<?, ?, ?> run)
      throws IOException {
    String before = provenance.path("weights").asText();
    String now = run.plan().backbone().weightsOrigin();
    if (!hash(now).equals(hash(before))) {
      throw new IOException(
          "The backbone's weights must be the same: the training had " + before + ", got " + now);
    }
  }

  private static String hash(String origin) {
    return origin.substring(Math.max(0, origin.indexOf("sha256 ")));
  }

  private void tellDifferences(JsonNode provenance, TrainingRun<?, ?, ?> run) {
    Engine engine = Engines.find(run.plan().engine());
    Map<String, String> here =
        Map.of(
            "finetune", FineTune.version(),
            "engine", engine.name(),
            "engineVersion", engine.describe(),
            "threads", Integer.toString(run.plan().engine().threads()));
    here.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .filter(entry -> !entry.getValue().equals(provenance.path(entry.getKey()).asText()))
        .forEach(
            entry ->
                Failures.print(
                    spec.commandLine().getErr(),
                    entry.getKey()
                        + " was "
                        + provenance.path(entry.getKey()).asText()
                        + " in the training and is "
                        + entry.getValue()
                        + " here: the weights may differ"));
  }

  private static TrainedModel train(TrainingRun<?, ?, ?> run, History history) {
    TrainOptions options = run.options().observer(ProgressPrinter.standardError());
    if (history.end() == TrainingEnd.TIME) {
      options = endAfter(history.epochs().size(), options);
    }
    return run.train(options);
  }

  /** Ends a training after an epoch. A smaller number of epochs would change the schedule. */
  private static TrainOptions endAfter(int epochs, TrainOptions options) {
    StopSignal stop = new StopSignal();
    return options
        .stopSignal(stop)
        .observer(
            new TrainingObserver() {
              @Override
              public void epochEnded(EpochResult result) {
                if (result.epoch() == epochs) {
                  stop.request();
                }
              }
            });
  }

  private int compare(TrainedModel before, TrainedModel again) {
    Optional<String> difference = difference(before.graph(), before.weights(), again.weights());
    long values = before.graph().parameterCount();
    output.text(
        difference
            .map(text -> "different: " + text)
            .orElse(String.format(Locale.ROOT, "equal: all %,d values, bit by bit", values)));
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("equal", difference.isEmpty());
    json.put("values", values);
    difference.ifPresent(text -> json.put("difference", text));
    output.result(json);
    return difference.isEmpty() ? 0 : 1;
  }

  private static Optional<String> difference(LayerGraph graph, Weights before, Weights again) {
    for (Node node : graph.nodes()) {
      for (ParameterSpec spec : node.parameters()) {
        float[] was = before.tensor(node.name(), spec).values();
        float[] now = again.tensor(node.name(), spec).values();
        for (int i = 0; i < was.length; i++) {
          if (Float.floatToRawIntBits(was[i]) != Float.floatToRawIntBits(now[i])) {
            return Optional.of(
                String.format(
                    Locale.ROOT,
                    "the first is value %d of %s/%s, %s in the model and %s now",
                    i,
                    node.name(),
                    spec.role().name().toLowerCase(Locale.ROOT),
                    was[i],
                    now[i]));
          }
        }
      }
    }
    return Optional.empty();
  }

  private static void delete(Path directory) throws IOException {
    List<Path> paths;
    try (Stream<Path> all = Files.walk(directory)) {
      paths = all.toList();
    }
    for (int i = paths.size() - 1; i >= 0; i--) {
      Files.delete(paths.get(i));
    }
  }
}
