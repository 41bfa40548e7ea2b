package org.example.extending.reference;

import dev.finetune.engine.ObservedStatistics;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * How a pass computes.
 *
 * @param seed of what is left out; empty where nothing is
 * @param byBatch normalisations by the batch's statistics; the others are by the stored ones
 * @param statistics where those of the batch are noted
 */
record Mode(OptionalLong seed, Set<String> byBatch, Optional<ObservedStatistics> statistics) {

  /** As in inference. */
  static final Mode INFERENCE = new Mode(OptionalLong.empty(), Set.of(), Optional.empty());
}
