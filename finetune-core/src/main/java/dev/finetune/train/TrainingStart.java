package dev.finetune.train;

/**
 * The facts about a training that are known before anything is computed.
 *
 * @param trainImages the number of training images
 * @param validImages the number of validation images
 * @param epochs the number of epochs
 * @param finished the number of epochs that earlier runs finished; over 0 if the training resumes
 * @param score the measure of success in the results
 */
public record TrainingStart(
    int trainImages, int validImages, int epochs, int finished, Score score) {}
