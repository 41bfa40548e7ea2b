/**
 * JMH benchmarks. benchmarks/README.md describes how to run them, and the results.
 *
 * <p>A benchmark measures contenders at the same work: this library, Deeplearning4j, DJL, and a
 * floor of single oneDNN primitives ({@code BarePrimitive}). Each fork writes its results as {@code
 * Measured}; {@link dev.finetune.benchmarks.Main} reads them and prints a table for each contest.
 * {@code Task} has the networks of the training and inference benchmarks.
 */
@NullMarked
package dev.finetune.benchmarks;

import org.jspecify.annotations.NullMarked;
