package dev.finetune.internal.cotuning;

import com.google.common.collect.Maps;
import dev.finetune.internal.training.TrainingJob;
import java.util.Arrays;

/** A training job with the classification layer of the pretraining as a second output. */
public final class CoTunedJob {

  private CoTunedJob() {}

  /**
   * Returns a job that trains with source classes. The weights that it trains to are those of the
   * job and of the layer.
   *
   * @param job the job without source classes
   * @param source the layer
   * @param relationship p(source | target class) by target class and source class
   * @param strength the factor of the loss of the source classes
   */
  public static TrainingJob of(
      TrainingJob job, SourceLayer source, double[][] relationship, double strength) {
    return new TrainingJob(
        source.beside(job.graph()),
        Maps.transformValues(job.smallerGraphs(), source::beside),
        job.pretrained(),
        job.phases(),
        job.initial().plus(source.weightsBeside(job.graph())),
        job.input(),
        job.engine(),
        job.data(),
        job.options().loss(new CoTuningLoss(job.loss(), relationship, strength)),
        job.states(),
        job.models());
  }

  /** Returns the relationship in which all source classes are equally probable. */
  public static double[][] unrelated(int targetClasses, int sourceClasses) {
    double[][] relationship = new double[targetClasses][sourceClasses];
    for (double[] row : relationship) {
      Arrays.fill(row, 1.0 / sourceClasses);
    }
    return relationship;
  }
}
