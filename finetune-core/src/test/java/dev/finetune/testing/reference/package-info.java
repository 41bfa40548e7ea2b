/**
 * What engines are judged by: every basic kind of layer in plain Java and double precision, written
 * to be read and not to be fast, and gradients by finite differences of it.
 */
@NullMarked
package dev.finetune.testing.reference;

import org.jspecify.annotations.NullMarked;
