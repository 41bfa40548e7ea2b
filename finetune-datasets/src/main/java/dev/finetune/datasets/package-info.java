/**
 * Readers that turn image files into datasets, and ways to split one.
 *
 * <p>{@link dev.finetune.datasets.ClassFolders} reads one folder per class, {@link
 * dev.finetune.datasets.CsvImages}, {@link dev.finetune.datasets.CsvTags} and {@link
 * dev.finetune.datasets.CsvValues} read a CSV listing. {@link dev.finetune.datasets.Splits} divides
 * a dataset into a {@link dev.finetune.datasets.Split} of training and validation images; {@code
 * Splits.byGroup} keeps images of one scene on one side. {@link dev.finetune.datasets.Images}
 * decodes single files. {@link dev.finetune.datasets.Gtsrb} reads the German Traffic Sign
 * Recognition Benchmark, and {@link dev.finetune.datasets.DrawnSigns} draws labelled images where
 * no files are available.
 *
 * <pre>{@code
 * ImageDataset data = ClassFolders.read(Path.of("flowers"));
 * Split split = Splits.stratified(data, 0.2, 42);
 * }</pre>
 *
 * <p>Problems with files are collected and reported together in one {@link
 * dev.finetune.data.DatasetException}. The package builds on {@code dev.finetune.data} and {@code
 * dev.finetune.image} only; it does not depend on networks or training.
 */
@NullMarked
package dev.finetune.datasets;

import org.jspecify.annotations.NullMarked;
