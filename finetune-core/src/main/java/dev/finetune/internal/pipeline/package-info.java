/**
 * Getting images ready ahead of the network, on threads of their own, bounded in memory. Not API.
 */
@NullMarked
package dev.finetune.internal.pipeline;

import org.jspecify.annotations.NullMarked;
