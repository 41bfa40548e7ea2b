package dev.finetune.internal.training;

import dev.finetune.engine.NormPolicy;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.BatchNorm;
import java.util.Set;

/**
 * Refuses batches in which batch normalisation would see one value per channel. The variance of one
 * value is zero, so the output would be beta for every image.
 */
record BatchesOfOne(TrainingJob job, Set<String> frozen, NormPolicy norms) {

  /**
   * Checks all batches of the run.
   *
   * @throws IllegalArgumentException if the run has such a batch; the message names the layer
   */
  void refuse() {
    int images = job.train().size();
    int batch = Math.min(job.options().batch(), images);
    int last = images % batch;
    if (batch == 1 || last == 1) {
      job.graph().nodes().stream().filter(this::ofOneValue).findFirst().ifPresent(this::refuse);
    }
  }

  private boolean ofOneValue(Node node) {
    return node.layer() instanceof BatchNorm
        && !frozen.contains(node.name())
        && !norms.keeps(node.name())
        && node.output().size() == node.output().channels();
  }

  private void refuse(Node node) {
    throw new IllegalArgumentException(
        String.format(
            "Batch normalisation must see more than one value per channel in each batch, got a batch"
                + " of 1 image for layer \"%s\" (%s images in batches of %s). Use another batch"
                + " size, or freeze the layer",
            node.name(), job.train().size(), job.options().batch()));
  }
}
