/**
 * The thread on which a network computes. Not API.
 *
 * <p>{@link dev.finetune.internal.threads.ComputingThread} runs the computations of all callers on
 * one thread, which avoids one OpenMP thread team per caller. {@code internal.network} uses it for
 * inference. The package builds on the JDK and Guava only.
 */
@NullMarked
package dev.finetune.internal.threads;

import org.jspecify.annotations.NullMarked;
