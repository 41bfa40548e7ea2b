package dev.finetune.internal.training;

import dev.finetune.data.DatasetCheck;
import dev.finetune.internal.pipeline.ByteBound;
import dev.finetune.internal.pipeline.DecodedImages;
import java.util.List;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The images of a run, which its phases share. Images that are used more than once are kept in
 * memory after the first time, while they fit into {@value #KEPT} of the usable heap that the
 * training does not need itself.
 *
 * @param train the training images
 * @param valid the validation images
 * @param bound the bound of the kept images of both
 * @param heapFree the bytes of the heap that were free before any image was decoded. Later, garbage
 *     fills the heap, and its free memory has no meaning
 */
record RunImages(DecodedImages train, DecodedImages valid, ByteBound bound, long heapFree) {

  private static final Logger LOG = LoggerFactory.getLogger(RunImages.class);

  /** The number of images that a warning names. */
  private static final int NAMED = 5;

  /** The part of the remaining heap for kept images. The rest is for garbage of decoding. */
  static final double KEPT = 0.5;

  /**
   * Returns the images of a run.
   *
   * @param epoch the first epoch of the run
   * @param updates how parameters change
   */
  static RunImages of(TrainingJob job, int epoch, UpdatePlan updates) {
    int first = job.phaseOf(epoch);
    int last = job.phaseOf(job.options().epochs());
    long free = HeapNeed.free(job);
    // A single phase with a stem uses each image once.
    boolean once = first >= last && JobPhase.of(job, first).stem().isPresent();
    long need =
        IntStream.rangeClosed(first, Math.max(first, last))
            .mapToLong(phase -> new HeapNeed(JobPhase.of(job, phase), updates).bytes())
            .max()
            .orElseThrow();
    double rest = Math.max(0, free * Preflight.USABLE - need);
    return within(job, once ? 0 : (long) (rest * KEPT), free);
  }

  /**
   * Returns the images of a run with a given bound.
   *
   * @param most the most bytes for kept images
   * @param heapFree the bytes of the heap that are free
   */
  static RunImages within(TrainingJob job, long most, long heapFree) {
    ByteBound bound = new ByteBound(most);
    return new RunImages(
        new DecodedImages(job.train(), bound),
        new DecodedImages(job.valid(), bound),
        bound,
        heapFree);
  }

  /** Warns if validation images are training images, once they have been read. */
  void warnOfCommon() {
    List<Integer> common = valid.equalTo(train);
    if (!common.isEmpty()) {
      LOG.warn(
          "{} of {} validation images are training images too, so results on them are too good: {}{}",
          common.size(),
          valid.data().size(),
          common.stream().limit(NAMED).map(i -> DatasetCheck.nameOf(valid.data(), i)).toList(),
          common.size() > NAMED ? " and others" : "");
    }
  }

  /**
   * Checks all images.
   *
   * @throws dev.finetune.data.DatasetException if images cannot be read or have values that are not
   *     finite; the exception lists all of them
   */
  void verify() {
    DecodedImages.verify(train, valid);
  }
}
