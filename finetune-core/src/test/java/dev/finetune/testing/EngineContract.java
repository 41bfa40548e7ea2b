package dev.finetune.testing;

import org.junit.jupiter.api.Tag;

/**
 * The tests that every engine must pass. The author of an engine extends this class:
 *
 * <pre>{@code
 * class MyEngineContractTest extends EngineContract {
 *   @Override
 *   public Engine engine() {
 *     return new MyEngine();
 *   }
 * }
 * }</pre>
 *
 * <p>The test kit is in the test jar of finetune-core. Test jars have no transitive dependencies in
 * Maven, so a module declares them itself, all in scope {@code test}: {@code
 * dev.finetune:finetune-core} with type {@code test-jar}, {@code org.junit.jupiter:junit-jupiter},
 * {@code net.jqwik:jqwik} and {@code org.assertj:assertj-core}.
 *
 * <p>Expected values come from {@link dev.finetune.testing.reference}, which computes each kind of
 * layer in double precision, and gradients by finite differences. Each concern is a separate
 * interface, so an engine under construction can start with one of them:
 *
 * <ul>
 *   <li>{@link ForwardContract}: outputs in inference.
 *   <li>{@link GradientContract}: gradients of all parameters.
 *   <li>{@link RandomLayerContract}: dropout and stochastic depth.
 *   <li>{@link StatisticsContract}: the statistics of batch normalisation.
 *   <li>{@link ParameterContract}: reading, writing and restoring parameters.
 *   <li>{@link LifetimeContract}: descriptions, memory estimates and closing.
 *   <li>{@link ConcurrencyContract}: several networks and several threads.
 * </ul>
 *
 * <p>An engine declares layers that it does not compute or train in {@link #computes} and {@link
 * #trains}. The tests then require that it refuses them with an exception that names them.
 */
@Tag("numeric")
public abstract class EngineContract
    implements ForwardContract,
        GradientContract,
        RandomLayerContract,
        StatisticsContract,
        ParameterContract,
        LifetimeContract,
        ConcurrencyContract {}
