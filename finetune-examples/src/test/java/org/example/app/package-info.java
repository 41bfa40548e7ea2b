@NullMarked
package org.example.app;

import org.jspecify.annotations.NullMarked;
