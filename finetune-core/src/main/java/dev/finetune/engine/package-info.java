/** The choices that an engine offers, engine-free. */
@NullMarked
package dev.finetune.engine;

import org.jspecify.annotations.NullMarked;
