package dev.finetune.internal.training;

import dev.finetune.engine.Batch;
import dev.finetune.graph.layer.Shape;
import dev.finetune.loss.Targets;
import dev.finetune.train.BatchMix;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Mixes the examples of training batches if the options of a job say so.
 *
 * @param job the training
 * @param inputs the shape of each input of the tail
 */
record Mixing(TrainingJob job, List<Shape> inputs) {

  Mixing {
    inputs = List.copyOf(inputs);
  }

  /**
   * Returns a batch with its targets, mixed if the job mixes batches.
   *
   * @param epoch the number of the epoch
   * @param number the number of the batch in the epoch
   */
  Learner.Labelled mix(Batch batch, Targets targets, int epoch, int number) {
    Optional<BatchMix> mix = job.options().mix();
    if (mix.isEmpty()) {
      return new Learner.Labelled(batch, targets);
    }
    SplittableRandom random = new SplittableRandom(Seeds.mix(job.options().seed(), epoch, number));
    BatchMix.Mixed mixed =
        mix.get().mix(batch.examples(), inputs, targets, job.data().outputs().size(), random);
    return new Learner.Labelled(new Batch(mixed.inputs()), mixed.targets());
  }
}
