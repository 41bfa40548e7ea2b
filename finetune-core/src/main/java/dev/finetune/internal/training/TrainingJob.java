package dev.finetune.internal.training;

import dev.finetune.data.ImageDataset;
import dev.finetune.engine.EngineOptions;
import dev.finetune.graph.LayerGraph;
import dev.finetune.image.InputSpec;
import dev.finetune.train.TrainOptions;
import dev.finetune.weights.Weights;
import java.util.List;
import java.util.Set;

/**
 * Everything that a training run needs.
 *
 * @param graph backbone and head; its output is the logits
 * @param pretrained the names of the layers with pretrained values, those of the backbone
 * @param frozen the names of the frozen layers
 * @param initial the initial weights of all layers
 * @param input the size and preprocessing of the images
 * @param engine the engine and its options
 * @param train the training images
 * @param valid the validation images
 * @param options the settings of the run
 * @param states observers that can copy the state between steps
 */
public record TrainingJob(
    LayerGraph graph,
    Set<String> pretrained,
    Set<String> frozen,
    Weights initial,
    InputSpec input,
    EngineOptions engine,
    ImageDataset train,
    ImageDataset valid,
    TrainOptions options,
    List<StateObserver> states) {}
