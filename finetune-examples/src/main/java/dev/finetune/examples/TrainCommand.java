package dev.finetune.examples;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.base.Splitter;
import dev.finetune.FineTune;
import dev.finetune.FineTunePlan;
import dev.finetune.FineTunedModel;
import dev.finetune.TrainedModel;
import dev.finetune.backbone.Backbone;
import dev.finetune.data.ImageSource;
import dev.finetune.engine.Engines;
import dev.finetune.freeze.Freeze;
import dev.finetune.graph.LayerGraph;
import dev.finetune.head.HeadLayers;
import dev.finetune.image.ColourRule;
import dev.finetune.recipe.Recipe;
import dev.finetune.recipe.RecipeSettings;
import dev.finetune.train.Adam;
import dev.finetune.train.Keep;
import dev.finetune.train.Probe;
import dev.finetune.train.TrainOptions;
import dev.finetune.zoo.Zoo;
import dev.finetune.zoo.ZooBackbone;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Trains a classifier on a folder of images. */
@Command(
    name = "train",
    description = {
      "Train a classifier on your own images, and test it.",
      "It writes model.zip, history.csv, curves.png, report.json and, with --test,"
          + " test-classes.csv. Ctrl-C ends the training with the model so far; the same command"
          + " with --resume continues it."
    },
    footer = {
      "  " + Main.NAME + " train flowers --out flowers-out",
      "  " + Main.NAME + " train film --groups '(.*)_' --backbone resnet50 \\",
      "      --freeze-up-to-stage 3 --epochs 30 --early-stopping 5 --out film-out"
    })
final class TrainCommand implements Callable<Integer>, TrainingCommand {

  /** The number of epochs without a recipe. */
  static final int EPOCHS = 15;

  static final String FROM = "--from";
  static final String RECIPE = "--recipe";

  /** The recipe that searches. */
  private static final String BEST = "best";

  private static final String PROBE = "--probe";
  private static final String BACKBONE = "--backbone";
  private static final String FEATURES = "--features";
  private static final String HEAD = "--head";

  @Mixin private DataOptions data;

  @Option(
      names = BACKBONE,
      paramLabel = "BACKBONE",
      converter = Converters.Backbone.class,
      completionCandidates = Converters.BackboneNames.class,
      description = "A backbone that zoo lists (default: mobilenetv2).")
  private @Nullable ZooBackbone backbone;

  @Option(
      names = FROM,
      paramLabel = "MODEL",
      description =
          "The file of a saved model to continue with these images, in place of a backbone. Classes"
              + " that it knows keep their weights; classes without images are removed (default: a"
              + " new head on --backbone).")
  private @Nullable Path model;

  @Option(
      names = RECIPE,
      paramLabel = "RECIPE",
      converter = Converters.RecipeName.class,
      completionCandidates = Converters.RecipeNames.class,
      description =
          "Settings that belong together, for the size of images, freezing, head and training:"
              + " recommended, fine-tuning of all layers for small datasets; probe, a linear"
              + " classifier on frozen features, in seconds; article, those of the published"
              + " experiment with traffic signs; best, those that a search finds in --minutes (default:"
              + " 30), training included. Options of this call take precedence (default: the"
              + " defaults below, which train a head on the frozen backbone).")
  private @Nullable Recipe recipe;

  @Mixin private WeightsOptions weights;
  @Mixin private SizeOption size;

  @Option(
      names = FEATURES,
      paramLabel = "LAYERS",
      description =
          "The layers of the backbone whose outputs the head reads, with commas between their"
              + " names; feature maps are averaged. summary lists the layers (default: the last"
              + " layer, not averaged).")
  private @Nullable String features;

  @Mixin private SmallerOption smaller;
  @Mixin private FreezeOptions freezing;

  @Option(
      names = HEAD,
      paramLabel = "LAYERS",
      converter = Converters.HeadNotation.class,
      description =
          "The head's layers before the logits (default: gap,dropout:0.2; with --features,"
              + " dropout:0.2).")
  private Converters.@Nullable Head head;

  @Option(
      names = PROBE,
      paramLabel = "first|only",
      converter = Converters.ProbeName.class,
      completionCandidates = Converters.ProbeNames.class,
      description =
          "Fit the last layer to the features before it, by logistic regression: first, before the"
              + " epochs, or only, as the whole training. --groups applies to its cross-validation"
              + " too (default: the last layer starts from random values).")
  private @Nullable Probe probe;

  @Mixin private CoTuningOption coTuning;
  @Mixin private ViewsOption views;
  @Mixin private TrainingOptions training;
  @Mixin private ControlOptions control;
  @Mixin private ComputeOptions compute;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "The directory of the results. It must not have a model already.")
  private Path out;

  @Mixin private Output output;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    data.check(recipe != null || probe != null || views.given());
    data.requireOutside("--out", out);
    if (recipe != null && recipe.name().equals(BEST) && control.resume()) {
      throw WrongCall.must(
              "come without --recipe " + BEST + ", whose search cannot continue", "both")
          .of(ControlOptions.RESUME);
    }
    OutputFolder folder = OutputFolder.of(out);
    Optional<JsonNode> finished = control.resume() ? folder.finished() : Optional.empty();
    if (finished.isPresent()) {
      folder.deleteUnfinished();
      output.text("The training in " + folder + " is finished");
      tell(folder, finished.get());
      return 0;
    }
    return run(prepare(Optional.of(folder)), folder);
  }

  private <M extends TrainedModel, E> int run(TrainingRun<?, M, E> training, OutputFolder folder)
      throws IOException {
    TrainingRun.Outcome<M, E> outcome = training.run(spec.commandLine().getErr());
    if (outcome.finished().isPresent()) {
      try (M trained = outcome.finished().get().model()) {
        folder.finish(trained);
      }
      tell(folder, folder.finished().orElseThrow());
    }
    return outcome.exitCode();
  }

  @Override
  public TrainingRun<?, ?, ?> prepare(Optional<OutputFolder> folder) throws IOException {
    Start start = start();
    Optional<RecipeSettings> usual = Optional.empty();
    if (recipe == null) { // these settings can be checked before any image is read
      usual = Optional.of(usual(start));
      options(start, usual.get());
      tuned(start, probed(usual.get()));
    } else {
      freezing.strategy(start.layers());
      training.options(TrainOptions.defaults());
    }
    if (folder.isPresent() && !control.resume()) {
      folder.get().requireUnused();
    }
    Engines.find(compute.options());
    return run(start, usual, data.read(training.seed(), start.colours()), folder);
  }

  private <D extends ImageSource, M extends TrainedModel, E> TrainingRun<D, M, E> run(
      Start start,
      Optional<RecipeSettings> usual,
      TrainingData<D, M, E> images,
      Optional<OutputFolder> folder)
      throws IOException {
    RecipeSettings settings =
        views.apply(
            data.grouped(
                probed(usual.isPresent() ? usual.get() : chosen(start, images)),
                images.train().images()),
            data,
            images);
    TrainOptions options =
        recipe == null ? options(start, settings) : withinPhases(start, settings.options());
    FineTune tuned = images.task().outputs(tuned(start, settings), images.outputs());
    FineTunePlan plan = plan(tuned, settings);
    ResolvedOptions resolved = data.resolved().addAll(start.resolved());
    if (model == null) {
      resolved
          .add(DataOptions.COLOURS, data.rule(start.colours()).notation())
          .add(SizeOption.NAME, plan.backbone().input().height())
          .add(HEAD, plan.head());
      settings.probe().ifPresent(value -> resolved.add(PROBE, value.isOnly() ? "only" : "first"));
    }
    resolved
        .addAll(CoTuningOption.resolved(plan))
        .addAll(SmallerOption.resolved(plan))
        .addAll(ViewsOption.resolved(settings.after()))
        .addAll(freezing.resolved(() -> FreezeOptions.of(settings.freezing(), start.layers())))
        .addAll(training.resolved(options))
        .addAll(ComputeOptions.resolved(plan.engine()));
    return new TrainingRun<>(
        "train",
        "train",
        plan,
        images,
        options,
        settings.after(),
        resolved,
        folder,
        control.resume());
  }

  /** Returns the plan, which tags and values cannot have with some options. */
  private FineTunePlan plan(FineTune tuned, RecipeSettings settings) {
    if (settings.probe().isPresent()) {
      return WrongCall.unlessBuilt(recipe == null ? PROBE : RECIPE, tuned::plan);
    }
    return coTuning.given()
        ? WrongCall.unlessBuilt(CoTuningOption.NAME, tuned::plan)
        : tuned.plan();
  }

  /**
   * What a training starts from.
   *
   * @param backbone the pretrained network
   * @param training the training, with a head only if it continues a model
   * @param colours what to do with colour profiles without an option
   * @param resolved the options that chose it, except for the size
   */
  private record Start(
      Backbone backbone, FineTune training, ColourRule colours, ResolvedOptions resolved) {

    /** Returns the layers that can be frozen. Their names do not depend on the size. */
    LayerGraph layers() {
      return backbone.graph();
    }
  }

  private Start start() throws IOException {
    return model == null ? newHead() : continued(model);
  }

  private Start newHead() throws IOException {
    ZooBackbone named = backbone == null ? Zoo.mobileNetV2Imagenet() : backbone;
    ZooBackbone whole = weights.of(size.of(named), training.seed());
    ResolvedOptions resolved =
        new ResolvedOptions().add(BACKBONE, whole.name()).addAll(weights.resolved());
    Backbone from = whole;
    if (features != null) {
      List<String> layers = Splitter.on(',').trimResults().splitToList(features);
      from = WrongCall.unlessBuilt(FEATURES, () -> whole.withPooledFeatures(layers));
      resolved.add(FEATURES, String.join(",", layers));
    }
    return new Start(
        from, FineTune.from(from).engine(compute.options()), ColourRule.STORED, resolved);
  }

  private Start continued(Path file) throws IOException {
    requireNewHead(BACKBONE, backbone != null);
    requireNewHead(WeightsOptions.NAME, weights.given());
    requireNewHead(SizeOption.NAME, size.given());
    requireNewHead(FEATURES, features != null);
    requireNewHead(DataOptions.COLOURS, data.coloursGiven());
    requireNewHead(HEAD, head != null);
    requireNewHead(PROBE, probe != null);
    requireNewHead(CoTuningOption.NAME, coTuning.given());
    try (FineTunedModel before = compute.load(FROM, file)) {
      return new Start(
          before.backbone(),
          FineTune.from(before),
          before.colours(),
          new ResolvedOptions().add(FROM, file));
    }
  }

  /** Returns the settings without a recipe: a head on the frozen backbone. */
  private RecipeSettings usual(Start start) {
    boolean headOnly = freezing.headOnly(start.layers());
    String usualHead = features == null ? "gap,dropout:0.2" : "dropout:0.2";
    return RecipeSettings.of(
        Freeze.all(),
        HeadLayers.parse(usualHead),
        TrainOptions.defaults()
            .epochs(EPOCHS)
            .optimizer(Adam.adam(headOnly ? 1e-3 : 1e-4))
            .keep(Keep.BEST));
  }

  /** Returns the settings of the recipe with the options of this call. */
  private RecipeSettings chosen(Start start, TrainingData<?, ?, ?> images) {
    Recipe named =
        control
            .limit(Objects.requireNonNull(recipe))
            .groups(data.groupOf(images))
            .with(training::optionsOrFail);
    FineTune given = freezing.given(start.training(), start.layers());
    if (head != null) {
      given = given.head(head.layers());
    }
    given = coTuning.apply(given);
    RecipeSettings settings =
        new RecipeChoice(named, spec.commandLine().getErr()).settings(given, images);
    WrongCall.unlessBuilt(RECIPE, () -> settings.freezing().frozenLayers(start.layers()));
    return settings;
  }

  private RecipeSettings probed(RecipeSettings settings) {
    return probe == null ? settings : settings.withProbe(probe);
  }

  private TrainOptions options(Start start, RecipeSettings settings) throws IOException {
    return withinPhases(start, control.limit(training.options(settings.options())));
  }

  private TrainOptions withinPhases(Start start, TrainOptions options) {
    freezing.requireEpochs(start.layers(), options.epochs());
    smaller.requireEpochs(options.epochs());
    return options;
  }

  /** Returns the training with its head and its frozen layers. */
  private FineTune tuned(Start start, RecipeSettings settings) {
    FineTune frozen = freezing.apply(start.training(), start.layers(), settings.freezing());
    if (model != null) {
      return smaller.given() ? withSmaller(frozen, settings) : frozen.with(settings);
    }
    FineTune headed = head == null ? frozen : frozen.head(head.layers());
    WrongCall.unlessBuilt(HEAD, () -> headed.classes(2).plan());
    WrongCall.unlessBuilt(PROBE, () -> headed.with(settings).classes(2).plan());
    FineTune coTuned = coTuning.apply(headed);
    FineTune tuned = coTuned.with(settings);
    WrongCall.unlessBuilt(CoTuningOption.NAME, () -> tuned.classes(2).plan());
    return smaller.given() ? withSmaller(coTuned, settings) : tuned;
  }

  /** Returns a training with the smaller images of this call, which its network must accept. */
  private FineTune withSmaller(FineTune training, RecipeSettings settings) {
    return WrongCall.unlessBuilt(
        SmallerOption.NAME,
        () -> {
          FineTune small = smaller.apply(training).with(settings);
          small.classes(2).plan();
          return small;
        });
  }

  private static void requireNewHead(String option, boolean given) {
    if (given) {
      throw WrongCall.must("come without " + FROM, "both").of(option);
    }
  }

  private void tell(OutputFolder folder, JsonNode report) {
    output.text(TrainingRun.figures(report));
    Path model = folder.file(OutputFolder.MODEL);
    output.text("model: " + model + " (with history.csv, curves.png and report.json)");
    output.text("use it: " + Main.NAME + " predict " + model + " DIR --out FILE.csv");
    output.result(report);
  }
}
