package dev.finetune.engine;

/**
 * Whether an engine can compute on this machine.
 *
 * @param computes whether it can
 * @param preference where an application names no engine, the available one with the highest
 *     preference computes; see the constants
 * @param reason why it cannot compute and what to add; empty if it can
 */
public record Availability(boolean computes, int preference, String reason) {

  /** The preference of an engine that computes on a GPU. */
  public static final int GPU = 300;

  /** The preference of an engine that is made for CPUs. */
  public static final int CPU = 200;

  /** The preference of an engine that computes anywhere, slowly. */
  public static final int FALLBACK = 100;

  /** Returns that of an engine that can compute. */
  public static Availability with(int preference) {
    return new Availability(true, preference, "");
  }

  /** Returns that of an engine that cannot compute here. */
  public static Availability missing(String reason) {
    return new Availability(false, 0, reason);
  }
}
