/**
 * The README's first application: {@link org.example.app.TrainOnFolder} trains on a folder of
 * images, {@link org.example.app.ServeModel} serves the result.
 */
@NullMarked
package org.example.app;

import org.jspecify.annotations.NullMarked;
