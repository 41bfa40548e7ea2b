package dev.finetune.internal.training;

import com.google.common.hash.HashCode;
import java.nio.FloatBuffer;
import java.util.Optional;

/**
 * A variant of an image as an input of the stem.
 *
 * @param number the number of the example
 * @param key the key of its features; empty if features are not stored
 * @param input the prepared image; empty if its features are stored already
 */
record StemExample(int number, Optional<HashCode> key, Optional<FloatBuffer> input) {}
