/**
 * The choice of the layers that keep their pretrained weights.
 *
 * <p>A {@link dev.finetune.freeze.FreezeStrategy} maps a backbone's graph to the names of its
 * frozen layers. {@link dev.finetune.freeze.Freeze} has the built-in strategies; {@link
 * dev.finetune.freeze.FreezeStrategy#and} combines two.
 *
 * <pre>{@code
 * FreezeStrategy strategy = Freeze.upToStage(2).and(Freeze.layers("block5_conv1"));
 * FineTunePlan plan = FineTune.from(backbone).freeze(strategy).classes(10).plan();
 * }</pre>
 *
 * <p>The package builds on {@link dev.finetune.graph}.
 */
@NullMarked
package dev.finetune.freeze;

import org.jspecify.annotations.NullMarked;
