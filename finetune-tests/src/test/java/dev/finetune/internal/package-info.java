/** Tests of the internals that need an engine. */
@NullMarked
package dev.finetune.internal;

import org.jspecify.annotations.NullMarked;
