package dev.finetune.freeze;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableSet;
import java.util.Set;

/**
 * The part of a training in which the same layers are frozen.
 *
 * @param firstEpoch the number of its first epoch, from 1
 * @param freezing a description of the freeze strategy
 * @param frozen the names of the frozen layers, in the order of the network
 */
public record Phase(int firstEpoch, String freezing, Set<String> frozen) {

  /**
   * Creates a phase. Copies the set.
   *
   * @param firstEpoch the number of its first epoch, at least 1
   * @param freezing a description of the freeze strategy
   * @param frozen the names of the frozen layers
   * @throws IllegalArgumentException if {@code firstEpoch} is less than 1
   */
  public Phase {
    checkArgument(firstEpoch >= 1, "firstEpoch must be >= 1, got %s", firstEpoch);
    frozen = ImmutableSet.copyOf(frozen);
  }
}
