/** The version of this library, for saved models, keys of stored features and reports. Not API. */
@NullMarked
package dev.finetune.internal.version;

import org.jspecify.annotations.NullMarked;
