/**
 * Conversions between this library and Deeplearning4j, for applications that use both.
 *
 * <p>Into this library: {@link dev.finetune.dl4j.Dl4jBackbone} reads a Deeplearning4j network or
 * its zip file as a backbone to fine-tune. {@link dev.finetune.dl4j.Dl4jImages} describes how
 * images are stored in ND4J arrays, with a {@link dev.finetune.dl4j.ChannelOrder}, and reads them.
 * {@link dev.finetune.dl4j.Dl4jDatasets} reads iterators and {@code DataSet}s as datasets.
 *
 * <p>Back to Deeplearning4j: {@link dev.finetune.dl4j.Dl4jModels} converts a model to a {@code
 * ComputationGraph} or a zip file. {@link dev.finetune.dl4j.Dl4jOutputs} returns probabilities and
 * features as arrays, and {@link dev.finetune.dl4j.Dl4jEvaluations} fills ND4J's evaluations.
 * {@link dev.finetune.dl4j.Dl4jTensors} converts tensors in both directions.
 *
 * <p>The package builds on the public packages of finetune-core, such as {@code dev.finetune} and
 * {@code dev.finetune.data}, and on {@code dev.finetune.internal.dl4j}, which contains the engine
 * {@code dl4j} and the conversion of networks.
 */
@NullMarked
package dev.finetune.dl4j;

import org.jspecify.annotations.NullMarked;
