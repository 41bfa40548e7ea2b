package dev.finetune.internal.continued;

import static com.google.common.base.Preconditions.checkArgument;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.finetune.data.ImageDataset;
import dev.finetune.data.Labels;
import dev.finetune.internal.training.SameColours;
import dev.finetune.internal.training.Seeds;
import dev.finetune.internal.training.TaskData;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a training continues a model.
 *
 * @param model the model
 * @param replay the old images to train on as well
 * @param keepClasses whether classes of the model stay that have no training image
 * @param images what the images decide; empty before they are given
 */
public record Continuation(
    ContinuedModel model,
    Optional<Replay> replay,
    boolean keepClasses,
    Optional<FromImages> images) {

  private static final Logger LOG = LoggerFactory.getLogger(Continuation.class);

  /**
   * Old images.
   *
   * @param images the images to choose from
   * @param perClass the number of images of each class; empty for all
   */
  public record Replay(ImageDataset images, OptionalInt perClass) {

    ImageDataset choose(long seed) {
      return perClass.isEmpty()
          ? images
          : images.samplePerClass(perClass.getAsInt(), Seeds.replay(seed));
    }
  }

  /**
   * What the images of a run decide.
   *
   * @param classes the classes compared with those of the model
   * @param replayed the number of old images
   */
  public record FromImages(ClassChange classes, int replayed) {}

  /**
   * The images of a run.
   *
   * @param continuation the continuation with what the images decide
   * @param data new and old images with the classes of the continued model
   */
  public record Prepared(Continuation continuation, TaskData data) {}

  /**
   * Returns the classes of the continued model compared with those of the model.
   *
   * @param trainClasses the classes of the new training images
   * @throws IllegalArgumentException if the continued model has fewer than two classes, or a name
   *     is repeated
   */
  public ClassChange classes(List<String> trainClasses) {
    Labels.requireDistinct(trainClasses);
    ClassChange change =
        ClassChange.of(
            model.classNames(),
            Stream.of(
                    trainClasses,
                    replay.map(r -> r.images().classNames()).orElse(List.of()),
                    keepClasses ? model.classNames() : List.<String>of())
                .flatMap(List::stream)
                .distinct()
                .toList());
    Labels.requireClassNames(change.classNames());
    return change;
  }

  /**
   * Returns the images of a run with the classes of the continued model, which are matched by name.
   *
   * @param train the new training images
   * @param valid the validation images
   * @param classes the number of classes that the plan has
   * @param seed the seed of the run
   * @throws dev.finetune.data.DatasetException if a label is not an index into the classes of its
   *     dataset, or a class that must have a training image has none
   * @throws IllegalArgumentException if the number of classes is another, the validation images
   *     have other classes, a class name is repeated, there is no image, or colours are read by
   *     different rules
   */
  public Prepared prepare(ImageDataset train, ImageDataset valid, int classes, long seed) {
    ClassChange change = classes(Labels.namesOf(train));
    List<String> names = change.classNames();
    checkArgument(
        names.size() == classes,
        "The continued model must have the plan's %s classes, got %s: %s",
        classes,
        names.size(),
        names);
    List<String> others =
        Labels.namesOf(valid).stream().filter(name -> !names.contains(name)).toList();
    checkArgument(
        others.isEmpty(),
        "The validation images must have classes of the continued model, %s, got also %s%s",
        names,
        others,
        Labels.lookAlike(names, others));
    checkArgument(
        train.size() > 0 && valid.size() > 0,
        "Training and validation must have at least one image each, got %s and %s",
        train.size(),
        valid.size());
    Labels.of(train, valid); // lists the problems of both
    SameColours.require(
        "The training images", train.colours(), "the model", model.description().colours());
    ImageDataset fresh = train.ofClasses(names);
    ImageDataset all = replay.map(r -> fresh.and(r.choose(seed).ofClasses(names))).orElse(fresh);
    Labels.requireEveryClass(
        names, all.labels(), keepClasses ? Set.copyOf(model.classNames()) : Set.of());
    LOG.info(
        "Continuing a model: {} of its classes stay, {} are added, {} are removed.",
        change.known().size(),
        change.added().size(),
        change.removed().size());
    return new Prepared(
        new Continuation(
            model,
            replay,
            keepClasses,
            Optional.of(new FromImages(change, all.size() - train.size()))),
        TaskData.classes(all, valid.ofClasses(names)));
  }

  /** Returns a line that says what is continued. */
  public String text() {
    String classes =
        images
            .map(
                i ->
                    String.format(
                        Locale.ROOT,
                        "known classes %d, added %s, removed %s, replayed images %d",
                        i.classes().known().size(),
                        i.classes().added(),
                        i.classes().removed(),
                        i.replayed()))
            .orElse("the training images decide which of its classes stay");
    return String.format(
        Locale.ROOT,
        "continues a model of %d classes (%s, SHA-256 of its weights %s): %s%n",
        model.classNames().size(),
        model.backbone().weightsOrigin(),
        model.weightsSha256(),
        classes);
  }

  /**
   * Returns what is continued as a JSON object. {@code earlier} has the hashes of the weights of
   * the models that the continued one continued itself, oldest first.
   */
  public ObjectNode json() {
    JsonNode before = model.description().provenance();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("weightsSha256", model.weightsSha256());
    ArrayNode earlier = json.putArray("earlier");
    JsonNode last = before.path("continues");
    last.path("earlier").forEach(earlier::add);
    if (last.has("weightsSha256")) {
      earlier.add(last.get("weightsSha256"));
    }
    json.put("created", before.path("created").asText());
    json.put("seed", before.path("seed").asLong());
    json.put("classes", model.classNames().size());
    json.put("keepClasses", keepClasses);
    images.ifPresent(
        i -> {
          array(json, "known", i.classes().known());
          array(json, "added", i.classes().added());
          array(json, "removed", i.classes().removed());
          json.put("replayedImages", i.replayed());
        });
    return json;
  }

  private static void array(ObjectNode json, String key, List<String> names) {
    names.forEach(json.putArray(key)::add);
  }
}
