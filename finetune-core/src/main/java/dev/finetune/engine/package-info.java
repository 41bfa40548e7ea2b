/**
 * The contract between the library and the engines that compute for it.
 *
 * <p>An {@link dev.finetune.engine.Engine} compiles a {@link dev.finetune.graph.LayerGraph} into an
 * {@link dev.finetune.engine.InferenceNetwork}, which computes outputs, or a {@link
 * dev.finetune.engine.TrainableNetwork}, which also computes the gradients of its {@link
 * dev.finetune.engine.Parameter}s. Both take a {@link dev.finetune.engine.Batch} of examples.
 * Everything that is not a tensor operation, such as losses, optimizers, metrics and training
 * state, is implemented once, in the library.
 *
 * <p>{@link dev.finetune.engine.Engines} finds the engines on the class path with {@link
 * java.util.ServiceLoader}, so an application chooses them by its dependencies. {@link
 * dev.finetune.engine.EngineOptions} selects one by name and sets the number of threads. {@link
 * dev.finetune.engine.Availability} tells whether an engine can compute on this machine.
 *
 * <pre>{@code
 * Engine engine = Engines.find(EngineOptions.defaults().engine("onednn"));
 * try (InferenceNetwork network = engine.inference(graph, weights, EngineOptions.defaults())) {
 *   float[][] outputs = network.output(batch);
 * }
 * }</pre>
 *
 * <p>The package builds on {@link dev.finetune.graph} and {@link dev.finetune.weights}, and on the
 * enum {@link dev.finetune.train.BatchNormStatistics}.
 */
@NullMarked
package dev.finetune.engine;

import org.jspecify.annotations.NullMarked;
