package dev.finetune.examples;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.finetune.FineTunePlan;
import dev.finetune.FineTunedModel;
import dev.finetune.TrainedModel;
import dev.finetune.TrainingDivergedException;
import dev.finetune.TrainingFailedException;
import dev.finetune.TrainingInterruptedException;
import dev.finetune.TrainingStoppedException;
import dev.finetune.data.DatasetException;
import dev.finetune.evaluate.ClassMetrics;
import dev.finetune.evaluate.Evaluation;
import dev.finetune.report.Curves;
import dev.finetune.train.EpochResult;
import dev.finetune.train.History;
import dev.finetune.train.ProgressPrinter;
import dev.finetune.train.StopSignal;
import dev.finetune.train.TrainOptions;
import dev.finetune.train.TrainingEnd;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A training of the command line, from a checked plan to the files of the output folder.
 *
 * @param command the command that trains
 * @param name the kind of training, such as {@code fine-tuning}
 * @param plan the network
 * @param data the images
 * @param options the settings, without checkpoints
 * @param resolved the options that the result depends on, for the report
 * @param out the folder of the results; empty if none are written
 * @param resume whether to continue from the folder's checkpoint
 */
record TrainingRun(
    String command,
    String name,
    FineTunePlan plan,
    TrainingData data,
    TrainOptions options,
    ResolvedOptions resolved,
    Optional<OutputFolder> out,
    boolean resume) {

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
   * @param run the finished training; empty if it is not finished
   */
  record Outcome(int exitCode, Optional<Run> run) {}

  /**
   * Trains, tests and writes the results, except for the model.
   *
   * @param err receives the reasons of an unfinished training
   */
  Outcome run(PrintWriter err) throws IOException {
    System.err.printf(
        "%s: %s, %,d of %,d parameters trainable%n",
        name, plan.backbone().name(), plan.trainableParameters(), plan.totalParameters());
    FineTunedModel model;
    StopSignal stop = new StopSignal();
    try (Signals signals = Signals.to(stop, err)) {
      try {
        model = train(stop);
      } catch (TrainingDivergedException e) {
        return diverged(e, err);
      } catch (TrainingFailedException e) {
        return failed(e, err);
      } catch (TrainingInterruptedException e) {
        if (signals.exitCode() == 0) {
          throw e;
        }
        deleteIfUnused();
        Failures.print(err, "Stopped before the first step. There is no model" + continuing());
        return new Outcome(signals.exitCode(), Optional.empty());
      }
      if (model.history().end() == TrainingEnd.REQUESTED) {
        stopped(model, err);
        return new Outcome(signals.exitCode(), Optional.empty());
      }
    }
    Optional<Evaluation> test = data.test().map(part -> model.evaluate(part.images()));
    Run run = new Run(name, model, options.keep(), test);
    if (out.isPresent()) {
      writeResults(run, out.get(), err);
    }
    return new Outcome(0, Optional.of(run));
  }

  private FineTunedModel train(StopSignal stop) throws IOException {
    TrainOptions all = options.stopSignal(stop).observer(ProgressPrinter.standardError());
    if (out.isPresent()) {
      all = noted(all);
      all = resume ? all.resume(out.get().checkpoint()) : all.checkpointAt(out.get().checkpoint());
    }
    boolean resumes = resume && out.isPresent() && out.get().resumable();
    try {
      return plan.train(data.train().images(), data.valid().images(), all);
    } catch (TrainingStoppedException e) {
      throw e;
    } catch (RuntimeException e) {
      deleteIfUnused();
      // Later ones are wrapped: only what does not fit to the checkpoint is refused in this way.
      if (resumes
          && e instanceof IllegalArgumentException refused
          && !(e instanceof DatasetException)) {
        throw changed(refused);
      }
      throw e;
    }
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
        .note(TRAIN_FILES, DataHash.of(data.train()))
        .note(VALID_FILES, DataHash.of(data.valid()));
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

  private void stopped(FineTunedModel model, PrintWriter err) throws IOException {
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

  private Outcome diverged(TrainingDivergedException e, PrintWriter err) throws IOException {
    String message =
        "Losses and weights must be finite; in epoch "
            + e.epoch()
            + (e.step() > 0 ? ", step " + e.step() : ", in validation")
            + " the loss became "
            + e.loss()
            + ". Lower the learning rate from "
            + e.learningRate()
            + ", for example to a tenth, and check that the backbone fits its weights. ";
    Outcome outcome = failed(e, message, err);
    if (out.isPresent()) {
      // It would diverge again, and it would stand in the way of a training with a lower rate.
      out.get().deleteCheckpoint();
      out.get().deleteIfUnused();
    }
    return outcome;
  }

  private Outcome failed(TrainingFailedException e, PrintWriter err) throws IOException {
    Throwable cause = e.getCause();
    String reason =
        cause == null || cause.getMessage() == null ? String.valueOf(cause) : cause.getMessage();
    Outcome outcome = failed(e, reason + ". ", err);
    if (!continuing().isEmpty()) {
      err.println("To continue, add " + ControlOptions.RESUME + " to the same command");
    }
    return outcome;
  }

  private Outcome failed(TrainingStoppedException e, String message, PrintWriter err)
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
    return new Outcome(1, Optional.empty());
  }

  private static String epochs(int count) {
    return count == 1 ? "1 epoch" : count + " epochs";
  }

  private void writeResults(Run run, OutputFolder folder, PrintWriter err) throws IOException {
    History history = run.model().history();
    writeHistory(history, folder, err);
    if (run.test().isPresent()) {
      folder.text("test-classes.csv", perClass(run.test().get()));
    }
    folder.report(report(history, run.test(), history.end().reason()));
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

  private static String perClass(Evaluation test) {
    StringBuilder csv =
        new StringBuilder(Csv.line(List.of("class", "images", "precision", "recall", "f1")));
    for (ClassMetrics metrics : test.perClass()) {
      csv.append(
          Csv.line(
              List.of(
                  metrics.className(),
                  Integer.toString(metrics.count()),
                  number(metrics.precision()),
                  number(metrics.recall()),
                  number(metrics.f1()))));
    }
    return csv.toString();
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.6f", value);
  }

  /**
   * Returns the report.
   *
   * @param end why the training ended
   */
  ObjectNode report(History history, Optional<Evaluation> test, String end) {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode json = mapper.createObjectNode();
    json.put("end", end);
    json.put("backbone", plan.backbone().name());
    json.put("weights", plan.backbone().weightsOrigin());
    json.set("options", resolved.json());
    json.put("classes", plan.classes());
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
    valid.put("accuracy", kept.validScore());
    valid.put("loss", kept.validLoss());
    if (test.isPresent()) {
      ObjectNode tested = json.putObject("test");
      tested.put("accuracy", test.get().accuracy());
      tested.put("top5", test.get().top5());
      tested.put("loss", test.get().loss());
      tested.put("images", test.get().count());
    }
    json.set("history", mapper.valueToTree(history.epochs()));
    return json;
  }

  /** Returns the figures of a report as text. */
  static String figures(JsonNode report) {
    String validation =
        String.format(
            Locale.ROOT,
            "validation accuracy %.4f, loss %.4f on %d images (epoch %d of %d; %s)",
            report.at("/validation/accuracy").asDouble(),
            report.at("/validation/loss").asDouble(),
            report.path("validImages").asInt(),
            report.path("keptEpoch").asInt(),
            report.path("epochs").asInt(),
            report.path("end").asText());
    @Nullable JsonNode test = report.get("test");
    return test == null
        ? validation
        : validation
            + String.format(
                Locale.ROOT,
                "%ntest accuracy %.4f, top-5 %.4f, loss %.4f on %d images",
                test.path("accuracy").asDouble(),
                test.path("top5").asDouble(),
                test.path("loss").asDouble(),
                test.path("images").asInt());
  }
}
