/** Networks that compute: graphs with layers of any kind, given to an engine. Not API. */
@NullMarked
package dev.finetune.internal.network;

import org.jspecify.annotations.NullMarked;
