/**
 * Downloads of weight files into a cache directory, verified by hash and resumable.
 *
 * <p>A {@link dev.finetune.zoo.download.WeightFile} is a name, an address and a published hash.
 * {@link dev.finetune.zoo.download.Downloader} fetches it unless it is in the cache. {@link
 * dev.finetune.zoo.download.DownloadOptions} sets the cache directory, offline mode, mirror, proxy,
 * retries and timeout; {@link dev.finetune.zoo.download.DownloadProgress} receives progress. A
 * {@link dev.finetune.zoo.download.DownloadException} explains how to install a file by hand.
 *
 * <pre>{@code
 * WeightFile file = WeightFile.sha256("weights.h5", URI.create("https://example.org/weights.h5"), hash);
 * Path path = new Downloader(DownloadOptions.fromEnvironment()).fetch(file);
 * }</pre>
 *
 * <p>The package is independent of the rest of the library.
 */
@NullMarked
package dev.finetune.zoo.download;

import org.jspecify.annotations.NullMarked;
