/** JSON files beside weights, which may come from anywhere. */
@NullMarked
package dev.finetune.zoo.internal.json;

import org.jspecify.annotations.NullMarked;
