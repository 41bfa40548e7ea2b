/** JMH benchmarks; benchmarks/README.md says how to run them and what they gave. */
@NullMarked
package dev.finetune.benchmarks;

import org.jspecify.annotations.NullMarked;
