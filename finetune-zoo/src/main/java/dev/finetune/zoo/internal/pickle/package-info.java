/**
 * Python's pickles, read as data. {@link dev.finetune.zoo.internal.pickle.Pickle} executes nothing
 * and loads no class.
 */
@NullMarked
package dev.finetune.zoo.internal.pickle;

import org.jspecify.annotations.NullMarked;
