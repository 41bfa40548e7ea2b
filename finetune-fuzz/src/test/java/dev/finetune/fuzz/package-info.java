/**
 * Fuzz targets of every reader of files. {@link dev.finetune.fuzz.Target} lists them; {@link
 * dev.finetune.fuzz.FuzzEntry} is what the fuzzer calls, and {@link dev.finetune.fuzz.Campaign}
 * runs it. {@link dev.finetune.fuzz.CorpusTest} replays what was found.
 */
@NullMarked
package dev.finetune.fuzz;

import org.jspecify.annotations.NullMarked;
