package dev.finetune.evaluate;

/**
 * The metrics of one class.
 *
 * @param className the name of the class
 * @param count the number of images of this class
 * @param precision the share of the images predicted as this class that are of it, from 0 to 1; 0
 *     if none is predicted
 * @param recall the share of the images of this class that are predicted as it, from 0 to 1; 0 if
 *     there are none
 * @param f1 the harmonic mean of precision and recall; 0 if both are 0
 */
public record ClassMetrics(
    String className, int count, double precision, double recall, double f1) {}
