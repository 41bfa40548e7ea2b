/**
 * What users of such a library do every week, as they write it. Each task is the code between
 * {@code // Task:} and {@code // End}; around it are the data and the checks of a test.
 */
@NullMarked
package org.example.tasks;

import org.jspecify.annotations.NullMarked;
