package dev.finetune.train;

/**
 * The result of a training step and the progress of the epoch.
 *
 * @param epoch the number of the epoch, from 1
 * @param epochs the number of epochs of the training
 * @param batch the number of the step in the epoch, from 1
 * @param batches the number of steps per epoch
 * @param loss the mean training loss over the epoch so far
 * @param score the {@link Score} of the training images over the epoch so far
 * @param imagesPerSecond the mean speed over the epoch so far
 * @param secondsLeft the estimated time until the training ends
 */
public record BatchResult(
    int epoch,
    int epochs,
    int batch,
    int batches,
    double loss,
    double score,
    double imagesPerSecond,
    double secondsLeft) {}
