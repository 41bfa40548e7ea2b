package dev.finetune;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkNotNull;

import dev.finetune.PlanSettings.Outputs;
import dev.finetune.PlanSettings.Setting;
import dev.finetune.PlanSettings.Wanted;
import dev.finetune.backbone.Backbone;
import dev.finetune.data.Folds;
import dev.finetune.data.ImageDataset;
import dev.finetune.data.TagDataset;
import dev.finetune.data.ValueDataset;
import dev.finetune.engine.EngineOptions;
import dev.finetune.evaluate.CrossValidation;
import dev.finetune.evaluate.Evaluation;
import dev.finetune.freeze.Freeze;
import dev.finetune.freeze.FreezeStrategy;
import dev.finetune.head.HeadLayer;
import dev.finetune.head.HeadLayers;
import dev.finetune.internal.continued.Continuation.Replay;
import dev.finetune.internal.continued.ContinuedModel;
import dev.finetune.internal.version.LibraryVersion;
import dev.finetune.loss.Targets;
import dev.finetune.recipe.Recipe;
import dev.finetune.recipe.RecipeSettings;
import dev.finetune.recipe.Search;
import dev.finetune.recipe.SearchResult;
import dev.finetune.train.CoTuning;
import dev.finetune.train.Probe;
import dev.finetune.train.TrainOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/**
 * A builder of fine-tuning plans. Methods may be called in any order; {@link #plan()} checks the
 * combination. Immutable: each method returns a modified copy. Calling two methods for the same
 * setting is an error that names both calls.
 *
 * <pre>{@code
 * FineTunePlan plan =
 *     FineTune.from(backbone).freezeAllBut(8).head(dense(128), dropout(0.6)).classes(43).plan();
 *
 * FineTune.from(backbone).freezeAll().freezeAllBut(8); // IllegalStateException names both calls
 * }</pre>
 *
 * <p>By default the whole backbone is frozen, and the head has the logits behind {@link
 * Backbone#usualHead}. {@link #from(FineTunedModel)} continues a trained model with its head.
 */
public final class FineTune {

  private final PlanSettings settings;

  private FineTune(PlanSettings settings) {
    this.settings = settings;
  }

  /** {@return the version of this library, such as {@code 0.1.0}} */
  public static String version() {
    return LibraryVersion.get();
  }

  /**
   * {@return a builder for a pretrained network}
   *
   * @param backbone the network without its classification layers
   * @throws NullPointerException if {@code backbone} is null
   */
  public static FineTune from(Backbone backbone) {
    return new FineTune(PlanSettings.of(checkNotNull(backbone, "backbone must not be null")));
  }

  /**
   * {@return a builder that continues a model with new images} Backbone and head start from the
   * model, running statistics of batch normalisation included. {@link #head} cannot be called; use
   * {@code from(model.backbone())} for another head.
   *
   * <p>Classes are matched by name. The classes of the continued model are those of the training
   * images, in this order: classes of the model in its order, which keep their weights in the last
   * layer, then added classes in the order of the images, which start with random weights as in a
   * new head. Classes of the model that the images do not have are removed, unless {@link
   * #keepClasses()} is called or {@link #replay replayed} images have them. The validation images
   * may have any of the classes of the continued model, in any order.
   *
   * <p>Networks forget: without old images the accuracy on the other classes falls, also if their
   * weights are kept. With five classes added to 38 traffic signs, it fell from 0.70 to 0.56 at
   * best, and more with a higher learning rate or more trainable layers. {@link #replay} of all old
   * images avoids this; of five a class, it avoids only a part. Validate on old and new classes.
   *
   * <p>As for every plan, the whole backbone is frozen by default; repeat the freezing of the model
   * to train the same layers. The engine is that of the model by default. {@linkplain
   * FineTunedModel#withViews Views} of the model are dropped: the continued model has none.
   *
   * <pre>{@code
   * FineTunedModel next =
   *     FineTune.from(model).replay(oldImages, 5).train(newImages, valid, options);
   * }</pre>
   *
   * @param model the model to continue; it does not change, and may be closed
   * @throws NullPointerException if {@code model} is null
   * @throws IllegalArgumentException if the model does not end with a dense layer for the logits
   */
  public static FineTune from(FineTunedModel model) {
    ContinuedModel continued = checkNotNull(model, "model must not be null").continued();
    return new FineTune(
        PlanSettings.of(continued.backbone()).with(Setting.MODEL, "from(model)", continued));
  }

  /**
   * {@return a copy that also trains on all of some old images} New and old images are united as by
   * {@link ImageDataset#and}, with classes matched by name.
   *
   * @param old images that the continued model was trained on, or similar ones
   * @throws NullPointerException if {@code old} is null
   * @throws IllegalStateException if no model is continued, or replay is already set
   */
  public FineTune replay(ImageDataset old) {
    checkNotNull(old, "old must not be null");
    return ofContinued("replay(images)")
        .with(Setting.REPLAY, "replay(images)", new Replay(old, OptionalInt.empty()));
  }

  /**
   * {@return a copy that also trains on a random choice of old images} The choice depends on the
   * seed of the training; see {@link ImageDataset#samplePerClass}. With few old images, {@link
   * dev.finetune.train.Sampling#balanced()} keeps more of what the model knows about old classes.
   *
   * @param old images that the continued model was trained on, or similar ones
   * @param perClass the number of images of each class, at least 1
   * @throws NullPointerException if {@code old} is null
   * @throws IllegalArgumentException if {@code perClass} is less than 1
   * @throws IllegalStateException if no model is continued, or replay is already set
   */
  public FineTune replay(ImageDataset old, int perClass) {
    checkNotNull(old, "old must not be null");
    checkArgument(perClass >= 1, "perClass must be >= 1, got %s", perClass);
    String call = "replay(images, " + perClass + ")";
    return ofContinued(call).with(Setting.REPLAY, call, new Replay(old, OptionalInt.of(perClass)));
  }

  /**
   * {@return a copy that keeps classes of the continued model that have no training image} Their
   * weights in the last layer still train: every image lowers their logits. So the model predicts
   * them less and less; see {@link #from(FineTunedModel)}.
   *
   * @throws IllegalStateException if no model is continued, or this is already set
   */
  public FineTune keepClasses() {
    return ofContinued("keepClasses()").with(Setting.KEEP_CLASSES, "keepClasses()", true);
  }

  private FineTune ofContinued(String call) {
    if (!settings.has(Setting.MODEL)) {
      throw new IllegalStateException(
          "A model must be continued: call FineTune.from(model), got FineTune.from(backbone) and"
              + " then "
              + call);
    }
    return this;
  }

  /**
   * {@return a copy that trains the last layers of the backbone and freezes the others} Layers are
   * counted as in Keras: every layer in order, input and pooling included (VGG16 has 19).
   *
   * @param layers the number of trainable layers, from 0 to the number of the backbone's layers
   * @throws IllegalArgumentException if {@code layers} is negative
   * @throws IllegalStateException if freezing is already set
   */
  public FineTune freezeAllBut(int layers) {
    return with(Setting.FREEZING, "freezeAllBut(" + layers + ")", Freeze.allBut(layers));
  }

  /**
   * {@return a copy that freezes a layer and all layers it depends on}
   *
   * @param layerName the name of a layer of the backbone
   * @throws NullPointerException if {@code layerName} is null
   * @throws IllegalStateException if freezing is already set
   */
  public FineTune freezeUpTo(String layerName) {
    checkNotNull(layerName, "layerName must not be null");
    return with(Setting.FREEZING, "freezeUpTo(" + layerName + ")", Freeze.upTo(layerName));
  }

  /**
   * {@return a copy that freezes the first stages of the backbone} {@link
   * dev.finetune.graph.LayerGraph#stages()} lists the stages; the backbones of the zoo have them.
   *
   * @param stages the number of frozen stages, from 0 to the number of the backbone's stages
   * @throws IllegalArgumentException if {@code stages} is negative
   * @throws IllegalStateException if freezing is already set
   */
  public FineTune freezeUpToStage(int stages) {
    return with(Setting.FREEZING, "freezeUpToStage(" + stages + ")", Freeze.upToStage(stages));
  }

  /**
   * {@return a copy that freezes the whole backbone, so that only the head trains}
   *
   * @throws IllegalStateException if freezing is already set
   */
  public FineTune freezeAll() {
    return with(Setting.FREEZING, "freezeAll()", Freeze.all());
  }

  /**
   * {@return a copy that freezes nothing}
   *
   * @throws IllegalStateException if freezing is already set
   */
  public FineTune freezeNone() {
    return with(Setting.FREEZING, "freezeNone()", Freeze.none());
  }

  /**
   * {@return a copy that freezes the layers chosen by a strategy}
   *
   * @param strategy chooses the layers
   * @throws NullPointerException if {@code strategy} is null
   * @throws IllegalStateException if freezing is already set
   */
  public FineTune freeze(FreezeStrategy strategy) {
    checkNotNull(strategy, "strategy must not be null");
    return with(Setting.FREEZING, "freeze(" + strategy.description() + ")", strategy);
  }

  /**
   * {@return a copy that trains more layers from an epoch on} May be called for several epochs.
   * What the optimizer learned about layers that train already stays. The outputs of the layers
   * that are still frozen are computed again, once per image.
   *
   * @param epoch the first epoch of the new phase, at least 2
   * @param strategy chooses the layers that are still frozen; all of them must be frozen before
   * @throws IllegalArgumentException if {@code epoch} is less than 2
   * @throws IllegalStateException if unfreezing at this epoch, or stage by stage, is already set
   */
  public FineTune unfreezeAt(int epoch, FreezeStrategy strategy) {
    checkArgument(epoch >= 2, "epoch must be >= 2, got %s", epoch);
    checkNotNull(strategy, "strategy must not be null");
    return new FineTune(settings.unfreezingAt(epoch, strategy));
  }

  /**
   * {@return a copy that first trains the head alone, then also the last stage of the backbone,
   * then the stage before, and so on to the first} It includes the freezing of the first phase. See
   * {@link dev.finetune.graph.LayerGraph#stages()}; the backbones of the zoo have stages.
   *
   * @param epochs the number of epochs of each phase, at least 1; the last phase lasts to the end
   * @throws IllegalArgumentException if {@code epochs} is less than 1
   * @throws IllegalStateException if freezing or unfreezing is already set
   */
  public FineTune unfreezeStageByStage(int epochs) {
    checkArgument(epochs >= 1, "epochs must be >= 1, got %s", epochs);
    return new FineTune(settings.unfreezingStageByStage(epochs));
  }

  /**
   * {@return a copy that trains with smaller images up to an epoch} They need less time, and what
   * they teach is a good start for the backbone's own size. May be called for several epochs with
   * growing sides, and combined with unfreezing. Weights and what the optimizer learned stay when
   * the size changes. The outputs of frozen layers are computed again, once per image. The model,
   * its file and its exports have the backbone's own size.
   *
   * <p>Each epoch validates with the size that it trains with. So {@link
   * dev.finetune.train.Keep#BEST} and early stopping compare epochs of the same size only, and a
   * probe is fitted with the size of the first epoch.
   *
   * <pre>{@code
   * FineTune.from(backbone).freezeNone().smallerUntil(10, 96).smallerUntil(20, 160) // then 224
   * }</pre>
   *
   * <p>The network must have the same parameters for images of any size: a head must average
   * feature maps instead of flattening them. {@link #plan()} checks this, and that the sides are
   * smaller than that of the backbone, whose images must be square.
   *
   * @param lastEpoch the last epoch with these images, at least 1 and before the training's last
   * @param side the height and width of the images in pixels, at least 1
   * @throws IllegalArgumentException if a value is less than 1, or the sides do not grow from epoch
   *     to epoch
   * @throws IllegalStateException if smaller images until this epoch are already set
   */
  public FineTune smallerUntil(int lastEpoch, int side) {
    checkArgument(lastEpoch >= 1, "lastEpoch must be >= 1, got %s", lastEpoch);
    checkArgument(side >= 1, "side must be >= 1, got %s", side);
    return new FineTune(settings.smallerUntil(lastEpoch, side));
  }

  /**
   * {@return a copy with layers between the backbone and the logits} An image is flattened where a
   * layer needs a vector. See {@link dev.finetune.head.HeadLayers}.
   *
   * @param layers the layers, in order
   * @throws NullPointerException if a layer is null
   * @throws IllegalStateException if the head is already set, or a model is continued
   */
  public FineTune head(HeadLayer... layers) {
    return head(Arrays.asList(layers));
  }

  /**
   * {@return a copy with layers between the backbone and the logits} An image is flattened where a
   * layer needs a vector.
   *
   * @param layers the layers, in order
   * @throws NullPointerException if a layer is null
   * @throws IllegalStateException if the head is already set, or a model is continued
   */
  public FineTune head(List<HeadLayer> layers) {
    layers.forEach(layer -> checkNotNull(layer, "head layers must not be null"));
    String call = "head(" + HeadLayers.notation(layers) + ")";
    if (settings.has(Setting.MODEL)) {
      throw new IllegalStateException(
          "A continued model keeps its head: use FineTune.from(model.backbone()) for another, got"
              + " FineTune.from(model) and then "
              + call);
    }
    return with(Setting.HEAD, call, List.copyOf(layers));
  }

  /**
   * {@return a copy whose last layer is fitted to the features before it} Features are the outputs
   * of the pretrained layers; so the head must have no layers with parameters before the logits,
   * such as {@code dense}. For classes only, and not for a continued model.
   *
   * <p>With {@link Probe#only()} this is the whole training. With {@link Probe#first()} training
   * starts from it: with a random last layer, large gradients of the first steps change pretrained
   * layers that train (A. Kumar et al., "Fine-Tuning can Distort Pretrained Features and
   * Underperform Out-of-Distribution", ICLR 2022).
   *
   * @param value how the layer is fitted
   * @throws NullPointerException if {@code value} is null
   * @throws IllegalStateException if the probe is already set, or a model is continued
   */
  public FineTune probe(Probe value) {
    checkNotNull(value, "probe must not be null");
    String call = "probe(" + (value.isOnly() ? "only" : "first") + ")";
    if (settings.has(Setting.MODEL)) {
      throw new IllegalStateException(
          "A continued model keeps its head: use FineTune.from(model.backbone()) for a probe, got"
              + " FineTune.from(model) and then "
              + call);
    }
    return with(Setting.PROBE, call, value);
  }

  /**
   * {@return a copy that trains the classes of the pretraining too} The network keeps the
   * classification layer that it had, and what it learned with it, beside the new one. For classes
   * only, for backbones with {@link Backbone#sourceHead}, and not for a continued model. The head
   * may have global average pooling and dropout, and layers of the backbone must train. See {@link
   * CoTuning} for the loss and its source.
   *
   * <p>The model, its file and its exports are those of an ordinary training: the layer is dropped.
   * The training loss in the history includes the term of the source classes; scores and everything
   * about validation images are those of the target classes. Each phase trains both; what the
   * source classes have to do with the target classes is computed with the backbone's own size of
   * images, by a pass over the training images, which counts as time of the stem.
   *
   * @param value the strength
   * @throws NullPointerException if {@code value} is null
   * @throws IllegalStateException if co-tuning is already set, or a model is continued
   */
  public FineTune coTuning(CoTuning value) {
    checkNotNull(value, "co-tuning must not be null");
    String call = "coTuning(" + value.strength() + ")";
    if (settings.has(Setting.MODEL)) {
      throw new IllegalStateException(
          "A continued model keeps its head: use FineTune.from(model.backbone()) for co-tuning, got"
              + " FineTune.from(model) and then "
              + call);
    }
    return with(Setting.CO_TUNING, call, new Wanted(value, true));
  }

  /**
   * {@return a copy for images with one class each} Without it, {@link #train(ImageDataset,
   * ImageDataset, TrainOptions)} uses the number of classes of the training images, or of the
   * continued model.
   *
   * @param count the number of classes, at least 2
   * @throws IllegalArgumentException if {@code count} is less than 2
   * @throws IllegalStateException if the outputs are already set
   */
  public FineTune classes(int count) {
    checkArgument(count >= 2, "classes must be >= 2, got %s", count);
    return with(
        Setting.OUTPUTS, "classes(" + count + ")", new Outputs(Targets.Kind.CLASSES, count));
  }

  /**
   * {@return a copy for images with any number of tags each} Without it, {@link #train(TagDataset,
   * TagDataset, TrainOptions)} uses the number of tags of the training images.
   *
   * @param count the number of tags, at least 1
   * @throws IllegalArgumentException if {@code count} is less than 1
   * @throws IllegalStateException if the outputs are already set
   */
  public FineTune tags(int count) {
    checkArgument(count >= 1, "tags must be >= 1, got %s", count);
    return with(Setting.OUTPUTS, "tags(" + count + ")", new Outputs(Targets.Kind.TAGS, count));
  }

  /**
   * {@return a copy for images with numbers} Without it, {@link #train(ValueDataset, ValueDataset,
   * TrainOptions)} uses the number of values of the training images.
   *
   * @param count how many numbers each image has, at least 1
   * @throws IllegalArgumentException if {@code count} is less than 1
   * @throws IllegalStateException if the outputs are already set
   */
  public FineTune values(int count) {
    checkArgument(count >= 1, "values must be >= 1, got %s", count);
    return with(Setting.OUTPUTS, "values(" + count + ")", new Outputs(Targets.Kind.VALUES, count));
  }

  /**
   * {@return a copy that uses a named engine with its default options}
   *
   * @param name the name of an engine, such as {@code onednn}
   * @throws NullPointerException if {@code name} is null
   * @throws IllegalStateException if the engine is already set
   */
  public FineTune engine(String name) {
    checkNotNull(name, "engine name must not be null");
    return engine(EngineOptions.defaults().engine(name));
  }

  /**
   * {@return a copy with engine options} Without them, {@link EngineOptions#defaults()} is used.
   *
   * @param options how the network is computed
   * @throws NullPointerException if {@code options} is null
   * @throws IllegalStateException if the engine is already set
   */
  public FineTune engine(EngineOptions options) {
    return with(Setting.ENGINE, "engine(" + options + ")", options);
  }

  /**
   * Checks the settings and creates the plan.
   *
   * @return the plan
   * @throws IllegalStateException if the outputs are not set
   * @throws IllegalArgumentException if the settings do not fit together, for example if the
   *     backbone does not have a named layer
   */
  public FineTunePlan plan() {
    return settings.plan();
  }

  /**
   * Creates the plan and trains it; see {@link FineTunePlan#train(ImageDataset, ImageDataset,
   * TrainOptions)}. If the number of classes is not set, it is that of the training images.
   *
   * @param train the images to train on
   * @param valid the images to validate on after each epoch, with the same classes
   * @param options the settings of the training run
   * @return the trained model
   * @throws IllegalArgumentException if the settings or the images do not fit together
   * @throws TrainingStoppedException if the training stops before its last epoch
   * @throws IllegalStateException if the memory is not sufficient, or no engine can compute the
   *     network
   */
  public FineTunedModel train(ImageDataset train, ImageDataset valid, TrainOptions options) {
    return settings.plan(recipes().outputs(train)).train(train, valid, options);
  }

  /**
   * Trains with the settings of a recipe. Those that are set here take precedence.
   *
   * @param train the images to train on
   * @param valid the images to validate on after each epoch, with the same classes
   * @param recipe chooses the settings that are not set here
   * @return the trained model
   * @throws IllegalArgumentException if the settings or the images do not fit together
   * @throws TrainingStoppedException if the training stops before its last epoch
   * @throws IllegalStateException if the memory is not sufficient, or no engine can compute the
   *     network
   */
  public FineTunedModel train(ImageDataset train, ImageDataset valid, Recipe recipe) {
    return plan(train, valid, recipe).train(train, valid);
  }

  /**
   * {@return the settings that a recipe chooses for images} {@link Recipe#best} trains to choose
   * them. Settings that are set here are not considered, except by the trainings.
   *
   * @param train the images to train on
   * @param valid the images to validate on
   * @param recipe chooses the settings
   * @throws IllegalArgumentException if the settings or the images do not fit together
   */
  public RecipeSettings settings(ImageDataset train, ImageDataset valid, Recipe recipe) {
    return recipes().choose(train, valid, recipe);
  }

  /**
   * Searches the best of several settings by their loss on validation images. Settings that are set
   * here take precedence.
   *
   * @param train the images to train on
   * @param valid the images to validate on
   * @param search the candidates, and how they are compared
   * @return the chosen settings and the table of trials
   * @throws IllegalArgumentException if the settings or the images do not fit together
   * @throws TrainingStoppedException if a training is interrupted or fails. One that diverges does
   *     not end the search
   * @throws IllegalStateException if all candidates diverge, the memory is not sufficient, or no
   *     engine can compute the network
   */
  public SearchResult search(ImageDataset train, ImageDataset valid, Search search) {
    return recipes().search(train, valid, search);
  }

  /**
   * Searches the best of several settings by cross-validation: each trial trains once for each
   * fold, and its loss is that of all images, each with the network that was trained without it. So
   * it is known more exactly than on a few validation images. The groups are those of the folds.
   *
   * @param folds the images
   * @param search the candidates, and how they are compared
   * @return the chosen settings and the table of trials
   * @throws IllegalArgumentException if the settings or the images do not fit together
   * @throws TrainingStoppedException if a training is interrupted or fails. One that diverges does
   *     not end the search
   * @throws IllegalStateException if all candidates diverge, the memory is not sufficient, or no
   *     engine can compute the network
   */
  public SearchResult search(Folds folds, Search search) {
    return recipes().search(folds, search);
  }

  /**
   * Trains once for each fold, without its images, and evaluates on them. A recipe that keeps the
   * best epoch, or stops early, chooses by the fold that it is evaluated on: its results are too
   * good.
   *
   * @param folds the images
   * @param recipe chooses the settings that are not set here, for each fold
   * @return the results on each fold
   * @throws IllegalArgumentException if the settings or the images do not fit together
   * @throws TrainingStoppedException if a training stops before its last epoch
   * @throws IllegalStateException if the memory is not sufficient, or no engine can compute the
   *     network
   */
  public CrossValidation crossValidate(Folds folds, Recipe recipe) {
    Recipe grouped = recipe.groups(folds.groupOf());
    List<Evaluation> results = new ArrayList<>();
    for (int fold = 0; fold < folds.count(); fold++) {
      try (FineTunedModel model = train(folds.train(fold), folds.valid(fold), grouped)) {
        results.add(model.evaluate(folds.valid(fold)));
      }
    }
    return new CrossValidation(results);
  }

  /**
   * {@return the plan and the options that a recipe chooses for images} Settings that are set here
   * take precedence over those of the recipe.
   *
   * @param train the images to train on
   * @param valid the images to validate on
   * @param recipe chooses the settings that are not set here
   * @throws IllegalArgumentException if the settings or the images do not fit together
   */
  public RecipePlan plan(ImageDataset train, ImageDataset valid, Recipe recipe) {
    RecipeRuns recipes = recipes();
    return recipes.plan(recipes.outputs(train), recipes.choose(train, valid, recipe), recipe);
  }

  /**
   * Creates the plan and trains it to find tags; see {@link FineTunePlan#train(TagDataset,
   * TagDataset, TrainOptions)}. If the number of tags is not set, it is that of the training
   * images.
   *
   * @param train the images to train on
   * @param valid the images to validate on after each epoch, with the same tags
   * @param options the settings of the training run
   * @return the trained model
   * @throws IllegalArgumentException if the settings or the images do not fit together
   * @throws TrainingStoppedException if the training stops before its last epoch
   * @throws IllegalStateException if the memory is not sufficient, or no engine can compute the
   *     network
   */
  public TagModel train(TagDataset train, TagDataset valid, TrainOptions options) {
    return settings.plan(recipes().outputs(train)).train(train, valid, options);
  }

  /**
   * Trains to find tags with the settings of a recipe; see {@link #train(ImageDataset,
   * ImageDataset, Recipe)}.
   *
   * @param train the images to train on
   * @param valid the images to validate on after each epoch, with the same tags
   * @param recipe chooses the settings that are not set here
   * @return the trained model
   * @throws IllegalArgumentException if the settings or the images do not fit together
   * @throws TrainingStoppedException if the training stops before its last epoch
   * @throws IllegalStateException if the memory is not sufficient, or no engine can compute the
   *     network
   */
  public TagModel train(TagDataset train, TagDataset valid, Recipe recipe) {
    RecipePlan chosen = plan(train, valid, recipe);
    return chosen.plan().train(train, valid, chosen.options());
  }

  /**
   * {@return the settings that a recipe chooses for images with tags} See {@link
   * #settings(ImageDataset, ImageDataset, Recipe)}.
   *
   * @param train the images to train on
   * @param valid the images to validate on
   * @param recipe chooses the settings
   * @throws IllegalArgumentException if the settings or the images do not fit together
   */
  public RecipeSettings settings(TagDataset train, TagDataset valid, Recipe recipe) {
    return recipes().choose(recipes().outputs(train), train, valid, recipe);
  }

  /**
   * {@return the plan and the options that a recipe chooses for images with tags} See {@link
   * #plan(ImageDataset, ImageDataset, Recipe)}.
   *
   * @param train the images to train on
   * @param valid the images to validate on
   * @param recipe chooses the settings that are not set here
   * @throws IllegalArgumentException if the settings or the images do not fit together
   */
  public RecipePlan plan(TagDataset train, TagDataset valid, Recipe recipe) {
    RecipeRuns recipes = recipes();
    Outputs outputs = recipes.outputs(train);
    return recipes.plan(outputs, recipes.choose(outputs, train, valid, recipe), recipe);
  }

  /**
   * Creates the plan and trains it to estimate numbers; see {@link FineTunePlan#train(ValueDataset,
   * ValueDataset, TrainOptions)}. If the number of values is not set, it is that of the training
   * images.
   *
   * @param train the images to train on
   * @param valid the images to validate on after each epoch, with the same values
   * @param options the settings of the training run
   * @return the trained model
   * @throws IllegalArgumentException if the settings or the images do not fit together
   * @throws TrainingStoppedException if the training stops before its last epoch
   * @throws IllegalStateException if the memory is not sufficient, or no engine can compute the
   *     network
   */
  public ValueModel train(ValueDataset train, ValueDataset valid, TrainOptions options) {
    return settings.plan(recipes().outputs(train)).train(train, valid, options);
  }

  /**
   * Trains to estimate numbers with the settings of a recipe; see {@link #train(ImageDataset,
   * ImageDataset, Recipe)}.
   *
   * @param train the images to train on
   * @param valid the images to validate on after each epoch, with the same values
   * @param recipe chooses the settings that are not set here
   * @return the trained model
   * @throws IllegalArgumentException if the settings or the images do not fit together
   * @throws TrainingStoppedException if the training stops before its last epoch
   * @throws IllegalStateException if the memory is not sufficient, or no engine can compute the
   *     network
   */
  public ValueModel train(ValueDataset train, ValueDataset valid, Recipe recipe) {
    RecipePlan chosen = plan(train, valid, recipe);
    return chosen.plan().train(train, valid, chosen.options());
  }

  /**
   * {@return the settings that a recipe chooses for images with numbers} See {@link
   * #settings(ImageDataset, ImageDataset, Recipe)}.
   *
   * @param train the images to train on
   * @param valid the images to validate on
   * @param recipe chooses the settings
   * @throws IllegalArgumentException if the settings or the images do not fit together
   */
  public RecipeSettings settings(ValueDataset train, ValueDataset valid, Recipe recipe) {
    return recipes().choose(recipes().outputs(train), train, valid, recipe);
  }

  /**
   * {@return the plan and the options that a recipe chooses for images with numbers} See {@link
   * #plan(ImageDataset, ImageDataset, Recipe)}.
   *
   * @param train the images to train on
   * @param valid the images to validate on
   * @param recipe chooses the settings that are not set here
   * @throws IllegalArgumentException if the settings or the images do not fit together
   */
  public RecipePlan plan(ValueDataset train, ValueDataset valid, Recipe recipe) {
    RecipeRuns recipes = recipes();
    Outputs outputs = recipes.outputs(train);
    return recipes.plan(outputs, recipes.choose(outputs, train, valid, recipe), recipe);
  }

  /**
   * {@return a copy with the settings that a recipe chose, where there are none} Training options
   * are not part of a plan: use {@link RecipeSettings#options}. Co-tuning of a recipe is left out
   * of a plan that cannot have it, such as one with a frozen backbone.
   *
   * @param chosen what a recipe returned for the backbone
   * @throws IllegalArgumentException if the images would be too small for the backbone
   */
  public FineTune with(RecipeSettings chosen) {
    checkNotNull(chosen, "settings must not be null");
    return new FineTune(settings.with(chosen));
  }

  private RecipeRuns recipes() {
    return new RecipeRuns(settings);
  }

  private FineTune with(Setting setting, String call, Object value) {
    return new FineTune(settings.with(setting, call, value));
  }
}
