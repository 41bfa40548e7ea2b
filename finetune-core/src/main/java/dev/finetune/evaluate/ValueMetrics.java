package dev.finetune.evaluate;

/**
 * The metrics of one predicted value.
 *
 * @param valueName the name of the value
 * @param meanAbsoluteError the mean of |output - target|
 * @param rootMeanSquaredError the square root of the mean of (output - target)^2
 * @param r2 the coefficient of determination, at most 1; see {@link ValueEvaluation#r2}
 */
public record ValueMetrics(
    String valueName, double meanAbsoluteError, double rootMeanSquaredError, double r2) {}
