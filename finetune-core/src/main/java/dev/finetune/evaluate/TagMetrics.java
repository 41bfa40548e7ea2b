package dev.finetune.evaluate;

import java.util.OptionalDouble;

/**
 * The metrics of one tag.
 *
 * @param tagName the name of the tag
 * @param count the number of images with this tag
 * @param averagePrecision the mean precision over the ranks of the images with this tag, from 0 to
 *     1; empty if there are none
 * @param threshold the probability from which the tag was predicted
 * @param precision the share of the images predicted to have this tag that have it, from 0 to 1; 0
 *     if none is predicted
 * @param recall the share of the images with this tag that are predicted to have it, from 0 to 1; 0
 *     if there are none
 * @param f1 the harmonic mean of precision and recall; 0 if both are 0
 */
public record TagMetrics(
    String tagName,
    int count,
    OptionalDouble averagePrecision,
    double threshold,
    double precision,
    double recall,
    double f1) {}
