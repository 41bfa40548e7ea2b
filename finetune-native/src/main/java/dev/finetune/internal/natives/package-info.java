/**
 * Process-wide settings that the engines with native code share. Internal: not part of the API.
 *
 * <p>{@link dev.finetune.internal.natives.OpenMp} sets how OpenMP's threads wait, before any native
 * library is loaded, and with how many of them a computation runs. It calls the C library and GCC's
 * OpenMP library through JNA ({@code CLibrary}, {@code Gomp}). {@link
 * dev.finetune.internal.natives.UnpackFolder} chooses where native libraries are unpacked. {@link
 * dev.finetune.internal.natives.NativeMemory} returns how many bytes JavaCPP may still allocate;
 * {@code Engine.freeMemory} returns it to the check that runs before training.
 *
 * <p>The package builds on no other package of the library. The engines {@code onednn} and {@code
 * dl4j} build on it.
 */
@NullMarked
package dev.finetune.internal.natives;

import org.jspecify.annotations.NullMarked;
