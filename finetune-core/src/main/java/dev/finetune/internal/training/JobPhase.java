package dev.finetune.internal.training;

import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.Shape;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A job in one of its phases.
 *
 * @param job the job with the network and the input of the phase
 * @param frozen the names of the frozen layers
 * @param cut the network, divided by them
 */
record JobPhase(TrainingJob job, Set<String> frozen, Cut cut) {

  /** Returns a phase of a job. */
  static JobPhase of(TrainingJob whole, int index) {
    return of(whole, index, whole.phases().get(index).frozen());
  }

  /** Returns a phase of a job, with other frozen layers. */
  static JobPhase of(TrainingJob whole, int index, Set<String> frozen) {
    TrainingJob job = whole.at(index);
    return new JobPhase(job, frozen, Cut.of(job.graph(), frozen));
  }

  /** Returns the layers of the stem; empty if there is none. */
  Optional<LayerGraph> stem() {
    return cut.stem();
  }

  /** Returns the shape of each input of the tail. */
  List<Shape> inputs() {
    return cut.tail().inputs().stream().map(Node::output).toList();
  }
}
