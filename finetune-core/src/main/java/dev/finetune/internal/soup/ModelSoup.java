package dev.finetune.internal.soup;

import static com.google.common.base.Preconditions.checkArgument;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.finetune.graph.Node;
import dev.finetune.image.ColourRule;
import dev.finetune.internal.modelfile.Description;
import dev.finetune.internal.modelfile.ModelFiles;
import dev.finetune.internal.modelfile.StoredModel;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** The {@linkplain GreedySoup greedy soup} of models. */
public final class ModelSoup {

  /** The key of the provenance with the members of an average. */
  private static final String AVERAGE = "averagedEpochs";

  private ModelSoup() {}

  /**
   * Makes a soup. Its plan, history and provenance are those of the candidate with the highest
   * score. The provenance has no notes, which say how to train a model again, but the key {@code
   * soup} with those of all members.
   *
   * @param models the candidates, at least one
   * @param scorer returns the score of a model; higher is better
   * @throws IllegalArgumentException if there is no candidate, a score is NaN, or the candidates
   *     have different layers, outputs, inputs, views or colours
   * @throws dev.finetune.weights.WeightsException if a weight is not finite; the message has the
   *     number of the candidate, from 1
   */
  public static StoredModel of(List<StoredModel> models, ToDoubleFunction<StoredModel> scorer) {
    checkArgument(!models.isEmpty(), "A soup must have at least one model, got none");
    requireSame("classes in the same order", models, Description::classNames);
    requireSame("input", models, Description::input);
    requireSame("views", models, Description::views);
    requireSame(
        "colours",
        models,
        model -> model.colours().map(ColourRule::notation).orElse("of unknown images"));
    requireSameLayers(models);
    Description first = models.get(0).description();
    GreedySoup soup =
        GreedySoup.of(
            first.graph(),
            models.stream().map(StoredModel::weights).toList(),
            weights -> scorer.applyAsDouble(new StoredModel(first, weights)));
    Description best = models.get(soup.members().get(0)).description();
    return new StoredModel(best.withProvenance(provenance(models, soup)), soup.weights());
  }

  private static void requireSame(
      String what, List<StoredModel> models, Function<Description, Object> part) {
    Object first = part.apply(models.get(0).description());
    for (int i = 1; i < models.size(); i++) {
      Object other = part.apply(models.get(i).description());
      checkArgument(
          other.equals(first),
          "The models of a soup must have the same %s, got %s in model 1 and %s in model %s",
          what,
          first,
          other,
          i + 1);
    }
  }

  /** The message has the first layers that differ, not all layers. */
  private static void requireSameLayers(List<StoredModel> models) {
    List<Node> first = models.get(0).description().graph().nodes();
    for (int i = 1; i < models.size(); i++) {
      List<Node> other = models.get(i).description().graph().nodes();
      int at = 0;
      while (at < Math.min(first.size(), other.size()) && first.get(at).equals(other.get(at))) {
        at++;
      }
      checkArgument(
          at == first.size() && at == other.size(),
          "The models of a soup must have the same layers, got %s in model 1 and %s in model %s",
          text(first, at),
          text(other, at),
          i + 1);
    }
  }

  private static String text(List<Node> nodes, int at) {
    return at < nodes.size()
        ? nodes.get(at).name() + " " + nodes.get(at).layer() + " of " + nodes.get(at).inputs()
        : "no layer " + (at + 1);
  }

  /**
   * Returns the description of a model whose weights are a soup of its own weights and others. The
   * candidate 0 has its own weights.
   */
  public static Description averaged(Description model, GreedySoup soup) {
    ObjectNode json = model.provenance().deepCopy();
    ObjectNode made = json.putObject(AVERAGE);
    made.put("score", soup.score());
    soup.members().forEach(made.putArray("members")::add);
    soup.scores().forEach(made.putArray("scores")::add);
    return model.withProvenance(json);
  }

  private static ObjectNode provenance(List<StoredModel> models, GreedySoup soup) {
    ObjectNode json = models.get(soup.members().get(0)).description().provenance().deepCopy();
    json.remove("notes");
    ObjectNode made = json.putObject("soup");
    made.put("created", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    made.put("candidates", models.size());
    made.put("score", soup.score());
    ArrayNode members = made.putArray("members");
    for (int member : soup.members()) {
      StoredModel model = models.get(member);
      members
          .addObject()
          .put("weightsSha256", ModelFiles.weightsSha256(model))
          .put("score", soup.scores().get(member))
          .set("provenance", model.description().provenance());
    }
    return json;
  }
}
