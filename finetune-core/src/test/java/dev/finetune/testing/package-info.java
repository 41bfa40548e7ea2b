/** The contracts, fixtures and rules that the tests of all modules share. */
@NullMarked
package dev.finetune.testing;

import org.jspecify.annotations.NullMarked;
