package dev.finetune.zoo.internal.pickle;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;

/**
 * The content of a pickle.
 *
 * @param value a {@link Dictionary}, {@link Items}, {@link Call}, {@link Persistent}, {@link
 *     Global}, {@link Foreign}, {@link None}, {@link String}, {@link Long}, {@link
 *     java.math.BigInteger}, {@link Double} or {@link Boolean}
 * @param persistent all references to objects outside the pickle, in order
 * @param foreign the names of the classes and functions whose objects were passed over
 */
public record Pickled(
    Object value, ImmutableList<Persistent> persistent, ImmutableSet<String> foreign) {}
