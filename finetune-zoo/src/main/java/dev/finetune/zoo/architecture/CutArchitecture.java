package dev.finetune.zoo.architecture;

import static com.google.common.base.Preconditions.checkArgument;

import dev.finetune.annotation.Experimental;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.layer.GlobalAveragePool;
import dev.finetune.graph.layer.GlobalMaxPool;
import java.util.List;
import java.util.Set;

/**
 * A network up to one of its layers. It has only the layers that this one needs, and no classifier.
 *
 * @param of the whole network
 * @param last the name of the layer
 */
@Experimental
public record CutArchitecture(Architecture of, String last) implements Architecture {

  /**
   * Creates a network up to a layer.
   *
   * @param of the whole network; of a cut one its whole network is taken
   * @param last the name of the layer
   */
  public CutArchitecture {
    of = whole(of);
  }

  /**
   * Returns the network that a cut one is a part of.
   *
   * @param architecture any network
   * @return the whole network; {@code architecture} itself if it is not cut
   */
  public static Architecture whole(Architecture architecture) {
    return architecture instanceof CutArchitecture cut ? cut.of() : architecture;
  }

  @Override
  public Facts facts() {
    Facts whole = of.facts();
    return new Facts(
        of.name() + " up to " + last,
        whole.size(),
        whole.definitions(),
        whole.sources(),
        whole.licence());
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if the images are too small, the form has a classifier, or no
   *     layer of the dialect has the name; the message lists the nearest names
   */
  @Override
  public Definition define(Form form) {
    checkArgument(
        form.top() == Top.NONE,
        "A network up to a layer (%s) must have no classifier, got %s",
        last,
        form.top());
    Definition whole = of.define(form.with(Pooling.NONE));
    Set<String> names = whole.graph().names();
    checkArgument(
        names.contains(last),
        "The layer must be one of %s's, such as %s, got \"%s\"",
        of.name(),
        NearNames.of(last, names),
        last);
    return new Definition(
        pooled(whole.graph().upTo(last).inKerasOrder(), form.pooling()),
        whole.tensorNames(),
        whole.kerasClasses());
  }

  private LayerGraph pooled(LayerGraph graph, Pooling pooling) {
    if (pooling == Pooling.NONE || graph.outputShape().flat()) {
      return graph;
    }
    boolean average = pooling == Pooling.AVG;
    String name = average ? "avg_pool" : "max_pool";
    return graph.toBuilder()
        .add(name, average ? new GlobalAveragePool() : new GlobalMaxPool(), last)
        .build(List.of(name));
  }

  /** {@return whether the layer has feature maps: averaging these is usual for any network} */
  @Override
  public boolean pooled() {
    Form form = Form.square(defaultSize(), dialects().get(0), Top.NONE);
    return !define(form).graph().outputShape().flat();
  }

  @Override
  public List<Double> widths() {
    return of.widths();
  }

  @Override
  public double width() {
    return of.width();
  }

  @Override
  public Architecture withWidth(double width) {
    return new CutArchitecture(of.withWidth(width), last);
  }
}
