/** Pretrained backbones: {@link dev.finetune.zoo.Zoo} names them. */
@NullMarked
package dev.finetune.zoo;

import org.jspecify.annotations.NullMarked;
