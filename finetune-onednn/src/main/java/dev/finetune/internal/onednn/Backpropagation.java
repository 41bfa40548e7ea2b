package dev.finetune.internal.onednn;

import dev.finetune.graph.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Records the backward pass, from the logits back to the first trainable layer. */
final class Backpropagation {

  private final Fused network;
  private final Map<String, Lowered> lowered;
  private final Joins joins;
  private final Set<String> wanted;
  private final Map<String, Value> gradients = new HashMap<>();

  /**
   * @param lowered the layers of the forward pass, by name
   * @param trained the names of the layers whose parameters get gradients, as {@link Fused#owner}
   *     returns them
   */
  Backpropagation(Fused network, Map<String, Lowered> lowered, Set<String> trained, Joins joins) {
    this.network = network;
    this.lowered = lowered;
    this.joins = joins;
    this.wanted = trainedOrBehind(network, trained);
  }

  /** Returns the layers whose output depends on a trainable parameter. */
  private static Set<String> trainedOrBehind(Fused network, Set<String> trained) {
    Set<String> found = new HashSet<>();
    for (Node node : network.graph().nodes()) {
      if (trained.contains(network.owner(node.name()))
          || node.inputs().stream().anyMatch(found::contains)) {
        found.add(node.name());
      }
    }
    return found;
  }

  /**
   * Records the backward pass.
   *
   * @param output the name of the layer to begin with
   * @param gradient the gradient of the loss with respect to that layer's output
   */
  void record(String output, Value gradient) {
    gradients.put(output, gradient);
    for (Node node : network.graph().nodes().reverse()) {
      Value incoming = gradients.remove(node.name());
      if (incoming != null && wanted.contains(node.name())) {
        Lowered layer = lowered.get(node.name());
        if (layer == null) {
          throw new IllegalStateException(
              "Layer \"" + node.name() + "\" has no recorded forward pass");
        }
        pass(node, layer.backward().record(incoming, asked(node)));
      }
    }
  }

  private List<Boolean> asked(Node node) {
    return node.inputs().stream().map(wanted::contains).toList();
  }

  private void pass(Node node, List<@Nullable Value> outgoing) {
    List<Boolean> asked = asked(node);
    List<String> inputs = new ArrayList<>(node.inputs());
    for (int i = 0; i < inputs.size(); i++) {
      Value gradient = outgoing.get(i);
      if (asked.get(i) && gradient != null) {
        gradients.merge(
            inputs.get(i),
            gradient,
            (sum, more) -> joins.sum(node.name() + " gradients", sum, more, true));
      }
    }
  }
}
