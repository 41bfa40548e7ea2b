/**
 * A pretrained network without its classifier, as data: its graph, how it sees images, its weights.
 */
@NullMarked
package dev.finetune.backbone;

import org.jspecify.annotations.NullMarked;
