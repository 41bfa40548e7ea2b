@NullMarked
package dev.finetune.internal.version;

import org.jspecify.annotations.NullMarked;
