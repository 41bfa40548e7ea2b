/** What an engine gives: networks that compute or train, and how they are fed. Not API. */
@NullMarked
package dev.finetune.internal.network;

import org.jspecify.annotations.NullMarked;
