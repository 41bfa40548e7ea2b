/**
 * An engine written from public types only, as an example of one and to hold the test kit to what
 * the contract says. It computes in double precision on a tape of single operations: slow, and
 * short.
 */
@NullMarked
package org.example.extending.reference;

import org.jspecify.annotations.NullMarked;
