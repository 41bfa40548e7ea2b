/** Extensions as an application outside the library writes them, with their tests. */
@NullMarked
package org.example.extending;

import org.jspecify.annotations.NullMarked;
