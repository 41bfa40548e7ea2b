package dev.finetune.engine;

import dev.finetune.annotation.Experimental;

/**
 * The availability of an engine on this machine.
 *
 * @param computes whether the engine can compute
 * @param preference the rank of the engine. If an application names no engine, the available engine
 *     with the highest preference computes; see the constants of this class
 * @param reason why the engine cannot compute and how to fix that; empty if it can
 */
@Experimental
public record Availability(boolean computes, int preference, String reason) {

  /** The preference of an engine for GPUs. */
  public static final int GPU = 300;

  /** The preference of an engine optimised for CPUs. */
  public static final int CPU = 200;

  /** The preference of an engine that runs anywhere but is slow. */
  public static final int FALLBACK = 100;

  /**
   * {@return the availability of an engine that can compute}
   *
   * @param preference the rank of the engine, such as {@link #CPU}
   */
  public static Availability with(int preference) {
    return new Availability(true, preference, "");
  }

  /**
   * {@return the availability of an engine that cannot compute here}
   *
   * @param reason why it cannot compute and how to fix that
   */
  public static Availability missing(String reason) {
    return new Availability(false, 0, reason);
  }
}
