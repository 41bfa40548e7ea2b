/** Annotations that say how stable a part of the API is. Depends on no other package. */
@NullMarked
package dev.finetune.annotation;

import org.jspecify.annotations.NullMarked;
