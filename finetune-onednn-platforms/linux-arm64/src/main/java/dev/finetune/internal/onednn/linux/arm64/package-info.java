/** Names the platform of the native libraries that this artifact depends on. Not API. */
@NullMarked
package dev.finetune.internal.onednn.linux.arm64;

import org.jspecify.annotations.NullMarked;
