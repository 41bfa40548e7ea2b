package dev.finetune;

import static com.google.common.base.Preconditions.checkArgument;

import dev.finetune.data.Labels;
import dev.finetune.data.TagDataset;
import dev.finetune.data.Tags;
import dev.finetune.engine.EngineOptions;
import dev.finetune.evaluate.TagEvaluation;
import dev.finetune.evaluate.TagPrediction;
import dev.finetune.evaluate.Thresholds;
import dev.finetune.image.Pixels;
import dev.finetune.internal.modelfile.StoredModel;
import dev.finetune.internal.modelfile.StoredOutputs;
import dev.finetune.internal.network.Network;
import dev.finetune.loss.Targets;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * A trained network that finds tags: any number of labels per image. A tag is predicted if its
 * probability is at least its threshold. The thresholds are those with the highest F1 on the
 * validation images of the training; see {@link Thresholds#fit}.
 *
 * <p>Safe for use from several threads; one of them computes at a time.
 */
public final class TagModel extends TrainedModel {

  private final Thresholds thresholds;
  private final ImageNetwork network;

  private TagModel(
      StoredModel stored, EngineOptions engine, Thresholds thresholds, ImageNetwork network) {
    super(stored, engine);
    this.thresholds = thresholds;
    this.network = network;
  }

  /** Returns a model computed with these options, whatever options it was trained with. */
  static TagModel of(StoredModel stored, EngineOptions engine) {
    StoredOutputs.Tags tags = (StoredOutputs.Tags) stored.description().outputs();
    return new TagModel(
        stored,
        engine,
        new Thresholds(tags.names(), tags.thresholds()),
        new ImageNetwork(
            stored.description().input(),
            tags.kind(),
            tags.names(),
            Network.of(stored.description().graph(), stored.weights(), engine)));
  }

  /**
   * Reads a model that {@link #save} wrote. It is computed with the engine that it was trained with
   * if that engine can compute here, and otherwise with the preferred one.
   *
   * @param file the model file
   * @return the model
   * @throws IOException if the file cannot be read, is not a valid model, or has no tags; the
   *     message names the file and the reason
   * @throws dev.finetune.engine.EngineException if no engine can compute the model
   */
  public static TagModel load(Path file) throws IOException {
    StoredModel stored = ModelLoading.read(file, Targets.Kind.TAGS);
    return of(stored, ModelLoading.options(stored));
  }

  /**
   * Reads a model that {@link #save} wrote, to be computed with other options than in training.
   *
   * @param file the model file
   * @param engine how the network is computed
   * @return the model
   * @throws IOException if the file cannot be read, is not a valid model, or has no tags; the
   *     message names the file and the reason
   * @throws dev.finetune.engine.EngineException if the engine cannot compute the model
   */
  public static TagModel load(Path file, EngineOptions engine) throws IOException {
    return of(ModelLoading.read(file, Targets.Kind.TAGS), engine);
  }

  /**
   * Reads a saved model and modifies its engine options.
   *
   * @param file the zip file that {@link #save} wrote
   * @param change receives the options that {@link #load(Path)} would use and returns those to use
   * @return the model
   * @throws IOException if the file cannot be read, is not a valid model, or has no tags; the
   *     message names the file and the reason
   */
  public static TagModel load(Path file, UnaryOperator<EngineOptions> change) throws IOException {
    StoredModel stored = ModelLoading.read(file, Targets.Kind.TAGS);
    return of(stored, change.apply(ModelLoading.options(stored)));
  }

  /** {@return the names of the tags, in the order of the logits} */
  public List<String> tagNames() {
    return thresholds.tagNames();
  }

  /** {@return the probability from which each tag is predicted} */
  public Thresholds thresholds() {
    return thresholds;
  }

  /**
   * {@return the tags of an image with their probabilities}
   *
   * @param image an image of any size
   * @throws IllegalArgumentException if the image has a value that is NaN or infinite
   * @throws IllegalStateException if a logit is not finite, or the model is closed
   */
  public TagPrediction tags(Pixels image) {
    return TagPrediction.ofLogits(thresholds, network.outputs(image));
  }

  /**
   * {@return the tags of several images, in order} They are computed in batches.
   *
   * @param images images of any size; may be empty
   * @throws IllegalArgumentException if an image has a value that is NaN or infinite
   * @throws IllegalStateException if a logit is not finite, or the model is closed
   */
  public List<TagPrediction> tags(List<Pixels> images) {
    return network.outputs(images).stream()
        .map(logits -> TagPrediction.ofLogits(thresholds, logits))
        .toList();
  }

  /**
   * {@return the logits of an image, one per tag}
   *
   * @param image an image of any size
   * @throws IllegalArgumentException if the image has a value that is NaN or infinite
   * @throws IllegalStateException if a logit is not finite, or the model is closed
   */
  public float[] logits(Pixels image) {
    return network.outputs(image);
  }

  /**
   * {@return the results on tagged images} Tags are matched by name. To use the thresholds of this
   * model, pass {@link #thresholds} to the methods of the result.
   *
   * @param data at least one image; it must have the tags of this model, in any order
   * @throws dev.finetune.data.DatasetException if an image cannot be read, has a value that is not
   *     finite, or does not have a flag for each tag
   * @throws IllegalArgumentException if there is no image, the tags are not those of this model, or
   *     the colours are not read as those of the training
   * @throws IllegalStateException if a logit is not finite, or the model is closed
   */
  public TagEvaluation evaluate(TagDataset data) {
    return evaluate(data, done -> {});
  }

  /**
   * {@return the results on tagged images} See {@link #evaluate(TagDataset)}.
   *
   * @param data at least one image; it must have the tags of this model, in any order
   * @param progress receives the number of images done, after each batch
   * @throws dev.finetune.data.DatasetException if an image cannot be read, has a value that is not
   *     finite, or does not have a flag for each tag
   * @throws IllegalArgumentException if there is no image, the tags are not those of this model, or
   *     the colours are not read as those of the training
   * @throws IllegalStateException if a logit is not finite, or the model is closed
   */
  public TagEvaluation evaluate(TagDataset data, IntConsumer progress) {
    requireColours(data);
    Targets targets = targets(data);
    TagEvaluation.Tally tally = TagEvaluation.tally(tagNames());
    network.forEachBatch(
        data,
        progress,
        (first, logits) ->
            tally.add(
                logits, targets.select(IntStream.range(first, first + logits.length).toArray())));
    return tally.result();
  }

  private Targets targets(TagDataset data) {
    List<String> own = data.tagNames();
    Tags.requireTagNames(own);
    checkArgument(
        Set.copyOf(own).equals(Set.copyOf(tagNames())),
        "The images must have the tags of the model, %s, in any order, got %s%s",
        tagNames(),
        own,
        Labels.lookAlike(tagNames(), own));
    int[] order = tagNames().stream().mapToInt(own::indexOf).toArray();
    boolean[][] tags = Tags.of(data).get(0);
    return Targets.tags(
        Arrays.stream(tags)
            .map(
                row -> {
                  boolean[] ordered = new boolean[order.length];
                  for (int tag = 0; tag < order.length; tag++) {
                    ordered[tag] = row[order[tag]];
                  }
                  return ordered;
                })
            .toArray(boolean[][]::new));
  }

  @Override
  public void close() {
    network.close();
  }
}
