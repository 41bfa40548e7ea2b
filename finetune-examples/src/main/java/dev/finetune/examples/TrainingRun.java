package dev.finetune.examples;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.finetune.FineTunePlan;
import dev.finetune.TrainedModel;
import dev.finetune.TrainingDivergedException;
import dev.finetune.TrainingFailedException;
import dev.finetune.TrainingInterruptedException;
import dev.finetune.TrainingStoppedException;
import dev.finetune.data.DatasetException;
import dev.finetune.data.ImageSource;
import dev.finetune.evaluate.Interval;
import dev.finetune.recipe.AfterTraining;
import dev.finetune.recipe.Recipe;
import dev.finetune.report.Curves;
import dev.finetune.train.EpochResult;
import dev.finetune.train.EpochWeights;
import dev.finetune.train.History;
import dev.finetune.train.ProgressPrinter;
import dev.finetune.train.Score;
import dev.finetune.train.StopSignal;
import dev.finetune.train.TrainOptions;
import dev.finetune.train.TrainingEnd;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A training of the command line, from a checked plan to the files of the output folder.
 *
 * @param command the command that trains
 * @param name the kind of training, such as {@code fine-tuning}
 * @param plan the network
 * @param data the images
 * @param options the settings, without checkpoints
 * @param after what may improve the model after the training
 * @param resolved the options that the result depends on, for the report
 * @param out the folder of the results; empty if none are written
 * @param resume whether to continue from the folder's checkpoint
 * @param <D> the images with their targets
 * @param <M> the model
 * @param <E> the results on test images
 */
record TrainingRun<D extends ImageSource, M extends TrainedModel, E>(
    String command,
    String name,
    FineTunePlan plan,
    TrainingData<D, M, E> data,
    TrainOptions options,
    AfterTraining after,
    ResolvedOptions resolved,
    Optional<OutputFolder> out,
    boolean resume) {

  private static final Map<String, String> LABELS =
      Map.of(
          "top5", "top-5",
          "meanAveragePrecision", "mean average precision",
          "macroF1", "macro F1",
          "microF1", "micro F1",
          "r2", "R²",
          "meanAbsoluteError", "mean absolute error",
          "rootMeanSquaredError", "root mean squared error");

  private static final String ACCURACY = "accuracy";

  /** The ends of the keys of a confidence interval's bounds. */
  private static final String LOW = "Low";

  private static final String HIGH = "High";

  /** Entries of the provenance. */
  static final String COMMAND = "command";

  static final String OPTIONS = "options";
  static final String FROM_FILE = "fromFile";
  static final String TRAIN_FILES = "trainFiles";
  static final String VALID_FILES = "validFiles";

  /**
   * The end of a training.
   *
   * @param exitCode the exit code of the process
   * @param finished the finished training; empty if it is not finished
   */
  record Outcome<M, E>(int exitCode, Optional<Finished<M, E>> finished) {}

  /**
   * A finished training.
   *
   * @param test the results on the test images; empty if there are none
   */
  record Finished<M, E>(M model, Optional<E> test) {}

  /**
   * Trains, tests and writes the results, except for the model.
   *
   * @param err receives the reasons of an unfinished training
   */
  Outcome<M, E> run(PrintWriter err) throws IOException {
    System.err.printf(
        "%s: %s, %,d of %,d parameters trainable%n",
        name, plan.backbone().name(), plan.trainableParameters(), plan.totalParameters());
    M model;
    StopSignal stop = new StopSignal();
    Optional<EpochWeights> recent = after.recent(options.epochs());
    try (Signals signals = Signals.to(stop, err)) {
      try {
        model = train(stop, recent);
      } catch (TrainingDivergedException e) {
        return diverged(e, err);
      } catch (TrainingFailedException e) {
        return failed(e, err);
      } catch (TrainingInterruptedException e) {
        deleteIfUnused();
        if (signals.exitCode() == 0) {
          throw e;
        }
        Failures.print(err, "Stopped before the first step. There is no model" + continuing());
        return new Outcome<>(signals.exitCode(), Optional.empty());
      }
      if (model.history().end() == TrainingEnd.REQUESTED) {
        stopped(model, err);
        return new Outcome<>(signals.exitCode(), Optional.empty());
      }
    }
    M viewed =
        data.task()
            .improved(
                model,
                data.valid().images(),
                after,
                recent.map(EpochWeights::list).orElse(List.of()));
    Optional<E> test = data.test().map(part -> data.task().evaluate(viewed, part.images()));
    if (out.isPresent()) {
      writeResults(viewed, test, out.get(), err);
    }
    return new Outcome<>(0, Optional.of(new Finished<>(viewed, test)));
  }

  private M train(StopSignal stop, Optional<EpochWeights> recent) throws IOException {
    TrainOptions all = options.stopSignal(stop).observer(ProgressPrinter.standardError());
    if (recent.isPresent()) {
      all = all.observer(recent.get());
    }
    if (out.isPresent()) {
      all = noted(all);
      all = resume ? all.resume(out.get().checkpoint()) : all.checkpointAt(out.get().checkpoint());
    }
    boolean resumes = resume && out.isPresent() && out.get().resumable();
    try {
      return train(all);
    } catch (TrainingStoppedException e) {
      throw e;
    } catch (RuntimeException e) {
      deleteIfUnused();
      // After the first step they are wrapped: here the settings do not fit together, do not fit to
      // the images, or are not those of the checkpoint.
      if (e instanceof IllegalArgumentException refused && !(e instanceof DatasetException)) {
        throw resumes ? changed(refused) : WrongCall.together(refused);
      }
      throw e;
    }
  }

  /** Trains with other settings, and writes nothing. */
  M train(TrainOptions settings) {
    return data.task().train(plan, data.train().images(), data.valid().images(), settings);
  }

  /** Returns the settings with what {@code reproduce} needs. */
  private TrainOptions noted(TrainOptions settings) throws IOException {
    Optional<String> continued = resolved.get(TrainCommand.FROM);
    TrainOptions all =
        continued.isEmpty()
            ? settings
            : settings.note(FROM_FILE, DataHash.of(Path.of(continued.get())));
    return all.note(COMMAND, command)
        .note(OPTIONS, new ObjectMapper().writeValueAsString(resolved.arguments()))
        .note(TRAIN_FILES, DataHash.of(data.task(), data.train()))
        .note(VALID_FILES, DataHash.of(data.task(), data.valid()));
  }

  /** Returns the error about settings that are not those of the checkpoint, one in each line. */
  private static WrongCall changed(IllegalArgumentException e) {
    String message = String.valueOf(e.getMessage());
    return WrongCall.because(
            new IllegalArgumentException(
                message.replaceFirst(": ", ":\n  ").replace("; ", "\n  "), e))
        .of(ControlOptions.RESUME);
  }

  private void deleteIfUnused() throws IOException {
    if (out.isPresent()) {
      out.get().deleteIfUnused();
    }
  }

  private String continuing() {
    return out.isPresent() && out.get().resumable()
        ? ". To continue, add " + ControlOptions.RESUME + " to the same command"
        : "";
  }

  private void stopped(M model, PrintWriter err) throws IOException {
    String where = "";
    if (out.isPresent()) {
      OutputFolder folder = out.get();
      writeHistory(model.history(), folder, err);
      folder.report(report(model.history(), Optional.empty(), TrainingEnd.REQUESTED.reason()));
      model.save(folder.file(OutputFolder.SO_FAR));
      where = ". The model so far: " + folder.file(OutputFolder.SO_FAR);
    }
    Failures.print(
        err, "Stopped after " + epochs(model.history().epochs().size()) + where + continuing());
  }

  private Outcome<M, E> diverged(TrainingDivergedException e, PrintWriter err) throws IOException {
    String message =
        "Losses and weights must be finite; in epoch "
            + e.epoch()
            + (e.step() > 0 ? ", step " + e.step() : ", in validation")
            + " the loss became "
            + e.loss()
            + ". Lower the learning rate from "
            + e.learningRate()
            + ", for example to a tenth, and check that the backbone fits its weights. ";
    Outcome<M, E> outcome = failed(e, message, err);
    if (out.isPresent()) {
      // It would diverge again, and it would stand in the way of a training with a lower rate.
      out.get().deleteCheckpoint();
      out.get().deleteIfUnused();
    }
    return outcome;
  }

  private Outcome<M, E> failed(TrainingFailedException e, PrintWriter err) throws IOException {
    Throwable cause = e.getCause();
    String reason =
        cause == null || cause.getMessage() == null ? String.valueOf(cause) : cause.getMessage();
    Outcome<M, E> outcome = failed(e, reason + ". ", err);
    if (!continuing().isEmpty()) {
      err.println("To continue, add " + ControlOptions.RESUME + " to the same command");
    }
    return outcome;
  }

  private Outcome<M, E> failed(TrainingStoppedException e, String message, PrintWriter err)
      throws IOException {
    Optional<? extends TrainedModel> last = out.isPresent() ? e.lastFinite() : Optional.empty();
    String where = "There is no model of finished epochs";
    if (last.isPresent()) {
      OutputFolder folder = out.orElseThrow();
      last.get().save(folder.file(OutputFolder.LAST_GOOD));
      writeHistory(e.history(), folder, err);
      folder.report(report(e.history(), Optional.empty(), message.strip()));
      where =
          "The model after "
              + epochs(e.history().epochs().size())
              + ": "
              + folder.file(OutputFolder.LAST_GOOD);
    }
    Failures.print(err, message + where);
    return new Outcome<>(1, Optional.empty());
  }

  private static String epochs(int count) {
    return count == 1 ? "1 epoch" : count + " epochs";
  }

  private void writeResults(M model, Optional<E> test, OutputFolder folder, PrintWriter err)
      throws IOException {
    folder.create(); // a probe writes no checkpoint
    writeHistory(model.history(), folder, err);
    if (options.notes().containsKey(Recipe.TRIALS)) {
      folder.text("trials.csv", options.notes().get(Recipe.TRIALS));
    }
    if (test.isPresent()) {
      folder.text("test-" + data.task().name() + ".csv", data.task().table(test.get()));
    }
    ObjectNode report = report(model.history(), test, model.history().end().reason());
    if (!after.isNothing()) {
      report.put("views", data.task().views(model));
      report.set(
          "validationWithViews",
          data.task().figures(data.task().evaluate(model, data.valid().images())));
    }
    folder.report(report);
  }

  private static void writeHistory(History history, OutputFolder folder, PrintWriter err)
      throws IOException {
    folder.text("history.csv", history.toCsv());
    try {
      folder.png("curves.png", Curves.of(history));
    } catch (IllegalStateException e) { // Java finds no font: a server without a screen
      Failures.print(err, "curves.png is not written: " + e.getMessage());
    }
  }

  /**
   * Returns the report.
   *
   * @param end why the training ended
   */
  private ObjectNode report(History history, Optional<E> test, String end) {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode json = mapper.createObjectNode();
    json.put("end", end);
    json.put("backbone", plan.backbone().name());
    json.put("weights", plan.backbone().weightsOrigin());
    if (options.notes().containsKey(Recipe.NOTE)) {
      json.put("recipe", options.notes().get(Recipe.NOTE));
    }
    json.set("options", resolved.json());
    json.put(data.task().name(), data.outputs());
    json.put("trainImages", data.train().images().size());
    json.put("validImages", data.valid().images().size());
    json.put("trainableParameters", plan.trainableParameters());
    json.put("totalParameters", plan.totalParameters());
    json.put("seconds", history.totalSeconds());
    json.put("stemSeconds", history.stemSeconds());
    json.put("epochs", history.epochs().size());
    EpochResult kept = history.kept(options.keep());
    json.put("keptEpoch", kept.epoch());
    ObjectNode valid = json.putObject("validation");
    valid.put(key(history.score()), kept.validScore());
    if (history.score() == Score.ACCURACY) {
      Interval interval = Run.interval(kept.validScore(), data.valid().images().size());
      valid.put(ACCURACY + LOW, interval.low()).put(ACCURACY + HIGH, interval.high());
    }
    valid.put("loss", kept.validLoss());
    if (test.isPresent()) {
      json.put("testImages", data.test().orElseThrow().images().size());
      json.set("test", data.task().figures(test.get()));
    }
    json.set("history", mapper.valueToTree(history.epochs()));
    return json;
  }

  private static String key(Score score) {
    return switch (score) {
      case ACCURACY -> ACCURACY;
      case MEAN_AVERAGE_PRECISION -> "meanAveragePrecision";
      case R2 -> "r2";
    };
  }

  /** Returns the figures of a report as text. */
  static String figures(JsonNode report) {
    String validation =
        String.format(
            "validation %s on %d images (epoch %d of %d; %s)",
            numbers(report.path("validation")),
            report.path("validImages").asInt(),
            report.path("keptEpoch").asInt(),
            report.path("epochs").asInt(),
            report.path("end").asText());
    return report.has("test")
        ? validation
            + String.format(
                "%ntest %s on %d images",
                numbers(report.path("test")), report.path("testImages").asInt())
        : validation;
  }

  private static String numbers(JsonNode figures) {
    List<String> texts = new ArrayList<>();
    for (Map.Entry<String, JsonNode> figure : figures.properties()) {
      String key = figure.getKey();
      if (!key.endsWith(LOW) && !key.endsWith(HIGH)) {
        texts.add(
            LABELS.getOrDefault(key, key)
                + String.format(Locale.ROOT, " %.4f", figure.getValue().asDouble())
                + interval(figures.path(key + LOW), figures.path(key + HIGH)));
      }
    }
    return String.join(", ", texts);
  }

  /** Returns the interval of a figure; empty if it has none, as in reports of older versions. */
  private static String interval(JsonNode low, JsonNode high) {
    return low.isMissingNode()
        ? ""
        : " (" + new Interval(low.asDouble(), high.asDouble(), Interval.USUAL) + ")";
  }
}
