/**
 * The engine {@code dl4j}, and the conversion of networks to and from Deeplearning4j. Internal: not
 * part of the API.
 *
 * <p>{@link dev.finetune.internal.dl4j.Dl4jEngine} is the entry point of the engine; {@link
 * dev.finetune.internal.dl4j.Backend} loads ND4J. {@link dev.finetune.internal.dl4j.Dl4jInference}
 * and {@link dev.finetune.internal.dl4j.Dl4jTraining} compile a layer graph with {@code
 * GraphCompiler} and {@code LayerConfigurations}, and copy the parameters with {@code Parameters}
 * and {@code Kernels}. Batches enter as ND4J arrays ({@code Batches}). In training, {@code
 * FlatValues} transfers all values and gradients between ND4J's memory and the heap, where the
 * optimizer updates them. {@link dev.finetune.internal.dl4j.ActivationFunction}, {@code OtherNorm}
 * and their subclasses are layers that Deeplearning4j lacks.
 *
 * <p>In the other direction, {@link dev.finetune.internal.dl4j.GraphReader} and {@code LayerReader}
 * read Deeplearning4j networks as layer graphs. {@link dev.finetune.internal.dl4j.Dl4jGraphs} reads
 * and writes zip files, including models in format 1.
 *
 * <p>It builds on the packages engine, graph and weights of finetune-core, on some of its internal
 * packages, and on {@code dev.finetune.internal.natives}.
 */
@NullMarked
package dev.finetune.internal.dl4j;

import org.jspecify.annotations.NullMarked;
