package dev.finetune.backbone;

import dev.finetune.graph.LayerGraph;
import dev.finetune.head.HeadLayer;
import dev.finetune.image.InputSpec;
import dev.finetune.weights.Weights;
import java.util.List;
import java.util.Optional;

/**
 * A backbone with the classification layer of its pretraining.
 *
 * @param backbone the backbone without it
 * @param head the layer
 */
record WithSourceHead(Backbone backbone, SourceHead head) implements Backbone {

  @Override
  public String name() {
    return backbone.name();
  }

  @Override
  public InputSpec input() {
    return backbone.input();
  }

  @Override
  public LayerGraph graph() {
    return backbone.graph();
  }

  @Override
  public Weights weights() {
    return backbone.weights();
  }

  @Override
  public String weightsOrigin() {
    return backbone.weightsOrigin();
  }

  @Override
  public List<HeadLayer> usualHead() {
    return backbone.usualHead();
  }

  @Override
  public Optional<SourceHead> sourceHead() {
    return Optional.of(head);
  }

  @Override
  public Optional<Backbone> withSide(int side) {
    return backbone.withSide(side).map(sized -> new WithSourceHead(sized, head));
  }

  @Override
  public LayerGraph graphAt(int side) {
    return backbone.graphAt(side);
  }
}
