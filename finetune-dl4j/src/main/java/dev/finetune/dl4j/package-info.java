/**
 * The way in for Deeplearning4j's own networks: {@link dev.finetune.dl4j.Dl4jBackbone} makes
 * backbones of them. The way out is {@link dev.finetune.dl4j.Dl4jModels}.
 */
@NullMarked
package dev.finetune.dl4j;

import org.jspecify.annotations.NullMarked;
