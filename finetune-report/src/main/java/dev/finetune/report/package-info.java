/**
 * Pictures of datasets, trainings and predictions, as {@link java.awt.image.BufferedImage}.
 *
 * <p>{@link dev.finetune.report.Grids} shows images of a dataset with their classes, or with the
 * predictions of a model. {@link dev.finetune.report.Curves} plots loss and accuracy of one
 * training, or compares several.
 *
 * <pre>{@code
 * ImageIO.write(Curves.of(model.history()), "png", new File("curves.png"));
 * ImageIO.write(
 *     Grids.predictions(test, model::classify, 8, 8, name -> name, 42), "png", new File("test.png"));
 * }</pre>
 *
 * <p>Text in pictures needs a font of the operating system; without one, every method throws {@link
 * java.lang.IllegalStateException}. The package reads {@code dev.finetune.data} (datasets), {@code
 * dev.finetune.evaluate} (predictions) and {@code dev.finetune.train} (training histories), and
 * draws charts with XChart.
 */
@NullMarked
package dev.finetune.report;

import org.jspecify.annotations.NullMarked;
