package dev.finetune.internal.training;

import com.google.common.hash.HashCode;
import java.nio.FloatBuffer;
import java.util.Optional;

/**
 * A variant of an image, on its way to the stem.
 *
 * @param number of the example
 * @param key what its features are stored under; empty where keys are not needed
 * @param input what the stem reads; empty where its features are there already
 */
record StemExample(int number, Optional<HashCode> key, Optional<FloatBuffer> input) {}
