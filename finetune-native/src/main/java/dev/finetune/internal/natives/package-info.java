/**
 * What engines with native code share: the memory that JavaCPP may still take, and how OpenMP's
 * threads wait and how many they are. Not API.
 */
@NullMarked
package dev.finetune.internal.natives;

import org.jspecify.annotations.NullMarked;
