package dev.finetune.freeze;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableSet;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The part of a training in which the same layers are frozen and images have the same size.
 *
 * @param firstEpoch the number of its first epoch, from 1
 * @param freezing a description of the freeze strategy
 * @param frozen the names of the frozen layers, in the order of the network
 * @param side the height and width of its images in pixels, smaller than those of the backbone;
 *     empty for the backbone's own size
 */
public record Phase(int firstEpoch, String freezing, Set<String> frozen, OptionalInt side) {

  /**
   * Creates a phase. Copies the set.
   *
   * @param firstEpoch the number of its first epoch, at least 1
   * @param freezing a description of the freeze strategy
   * @param frozen the names of the frozen layers
   * @param side the height and width of its images in pixels, at least 1; empty for the backbone's
   *     own size
   * @throws IllegalArgumentException if {@code firstEpoch} or {@code side} is less than 1
   */
  public Phase {
    checkArgument(firstEpoch >= 1, "firstEpoch must be >= 1, got %s", firstEpoch);
    checkArgument(side.orElse(1) >= 1, "side must be >= 1, got %s", side);
    frozen = ImmutableSet.copyOf(frozen);
  }

  /**
   * Creates a phase with images of the backbone's own size. Copies the set.
   *
   * @param firstEpoch the number of its first epoch, at least 1
   * @param freezing a description of the freeze strategy
   * @param frozen the names of the frozen layers
   * @throws IllegalArgumentException if {@code firstEpoch} is less than 1
   */
  public Phase(int firstEpoch, String freezing, Set<String> frozen) {
    this(firstEpoch, freezing, frozen, OptionalInt.empty());
  }
}
