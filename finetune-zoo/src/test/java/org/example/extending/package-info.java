/** A backbone as an application outside the library writes it, with its test. */
@NullMarked
package org.example.extending;

import org.jspecify.annotations.NullMarked;
