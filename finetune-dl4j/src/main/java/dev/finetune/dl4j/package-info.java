/**
 * What users of Deeplearning4j have goes in, and comes out.
 *
 * <p>In: {@link dev.finetune.dl4j.Dl4jBackbone} makes backbones of networks, {@link
 * dev.finetune.dl4j.Dl4jImages} images of arrays, {@link dev.finetune.dl4j.Dl4jDatasets} datasets
 * of iterators. Out: {@link dev.finetune.dl4j.Dl4jModels} makes graphs and files of models, {@link
 * dev.finetune.dl4j.Dl4jOutputs} arrays of probabilities and features, {@link
 * dev.finetune.dl4j.Dl4jEvaluations} ND4J's evaluations. {@link dev.finetune.dl4j.Dl4jTensors} goes
 * both ways.
 */
@NullMarked
package dev.finetune.dl4j;

import org.jspecify.annotations.NullMarked;
