package dev.finetune.evaluate;

/**
 * How one class fares.
 *
 * @param className the class
 * @param count images that are of this class
 * @param precision share of the images called so that are; 0 if none is called so
 * @param recall share of its images that are called so; 0 if there are none
 * @param f1 harmonic mean of the two; 0 if both are
 */
public record ClassMetrics(
    String className, int count, double precision, double recall, double f1) {}
