/**
 * The command line.
 *
 * <p>{@link dev.finetune.examples.Main} has a class for each command, and options that several
 * commands share are mixins. Arguments become values of the library in {@code Converters}; what
 * they or the commands refuse is a {@code WrongCall} and ends in exit code 2. Everything that
 * depends on the outside world, such as files, downloads and trainings, ends in exit code 1 if it
 * fails. {@code Failures} reports both.
 *
 * <p>{@code gtsrb}, {@code gtsrb compare} and {@code demo} describe what they train as an {@code
 * Experiment}; each training of it is a {@code Run}. Export to Deeplearning4j is in {@code
 * Dl4jExport}, the only class that needs finetune-dl4j.
 */
@NullMarked
package dev.finetune.examples;

import org.jspecify.annotations.NullMarked;
