package dev.finetune.testing;

import org.junit.jupiter.api.Tag;

/**
 * What every engine must do. The author of an engine extends it:
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
 * <p>The kit is in the test jar of finetune-core. Maven does not pass the dependencies of a test
 * jar on, so that a module names them itself, all in scope {@code test}: {@code
 * dev.finetune:finetune-core} with type {@code test-jar}, {@code org.junit.jupiter:junit-jupiter},
 * {@code net.jqwik:jqwik} and {@code org.assertj:assertj-core}.
 *
 * <p>The judge is {@link dev.finetune.testing.reference}: each kind of layer in double precision,
 * and gradients by finite differences. Only public types are used. Each concern is an interface of
 * its own, so that an engine under construction may begin with one of them.
 *
 * <p>What an engine does not compute or train it says in {@link #computes} and {@link #trains}; the
 * kit then asks that it is refused by name.
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
