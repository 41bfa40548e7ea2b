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
 * All that a training needs.
 *
 * @param graph backbone and head, ending in logits
 * @param pretrained layers that came with values, those of the backbone
 * @param frozen layers that keep their values
 * @param initial a value for every parameter
 * @param input how the network wants its images
 * @param engine how the network is computed
 * @param states told between steps that the state can be taken
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
