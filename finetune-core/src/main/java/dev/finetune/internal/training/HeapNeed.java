package dev.finetune.internal.training;

import dev.finetune.graph.LayerGraph;
import dev.finetune.train.Keep;
import dev.finetune.train.TrainOptions;

/**
 * The heap that a phase of a training needs at least, without kept images.
 *
 * @param phase the phase
 * @param updates how parameters change
 */
record HeapNeed(JobPhase phase, UpdatePlan updates) {

  /** Returns the heap that is free, in which the initial weights count as free. */
  static long free(TrainingJob job) {
    Runtime runtime = Runtime.getRuntime();
    long used = runtime.totalMemory() - runtime.freeMemory();
    // The initial weights are in the heap already and part of the need.
    long weights = job.graph().parameterCount() * Float.BYTES;
    return runtime.maxMemory() - Math.max(0, used - weights);
  }

  private TrainingJob job() {
    return phase.job();
  }

  /** Returns all bytes. */
  long bytes() {
    long trained = job().options().keep() == Keep.BEST ? 2 * weightBytes() : weightBytes();
    return weightBytes()
        + trained
        + optimizerBytes()
        + stateBytes()
        + featureBytes()
        + imageBytes();
  }

  /** A checkpoint, and the state that one phase leaves to the next, is a copy. */
  private long stateBytes() {
    boolean copies = job().options().checkpoints().isPresent() || job().phases().size() > 1;
    return copies ? weightBytes() + optimizerBytes() : 0;
  }

  /** Returns the size of the largest batch, which datasets may limit. */
  int batch() {
    return Math.min(job().options().batch(), Math.max(job().train().size(), job().valid().size()));
  }

  /**
   * Two batches are in preparation; decoding, resizing and preprocessing each need an array. A
   * mixed batch is a copy.
   */
  long imageBytes() {
    long toTrain = 2L * batch() * 3 + (job().options().mix().isPresent() ? batch() : 0);
    long toTheStem = phase.stem().isPresent() ? StemPass.mostInMemory(variants()) : 0;
    return Math.max(toTrain, toTheStem) * job().input().shape().size() * Float.BYTES;
  }

  /** Returns the size of the features of the stem. */
  long featureBytes() {
    TrainOptions options = job().options();
    if (phase.stem().isEmpty() || options.cache().directory().isPresent()) {
      return 0;
    }
    LayerGraph layers = phase.stem().get();
    long perImage =
        layers.outputs().stream().mapToLong(name -> layers.node(name).output().size()).sum();
    return Float.BYTES
        * perImage
        * ((long) variants() * job().train().size() + job().valid().size());
  }

  /** Returns the size of the optimizer slots. */
  private long optimizerBytes() {
    long slots = updates.floatsPerParameter(job().options().accumulate() > 1);
    return slots * Float.BYTES * job().graph().trainableParameterCount(phase.frozen());
  }

  private long weightBytes() {
    return job().graph().parameterCount() * Float.BYTES;
  }

  private int variants() {
    return job().options().augmentation().isPresent() ? job().options().variants() : 1;
  }
}
