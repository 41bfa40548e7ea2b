package dev.finetune.zoo.download;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;

/** The main class of a separate process that reports its start to the server and fetches a file. */
final class DownloadProcess {

  private DownloadProcess() {}

  public static void main(String[] args) throws Exception {
    HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(args[0] + "began")).build(),
            HttpResponse.BodyHandlers.discarding());
    new Downloader(DownloadOptions.into(Path.of(args[1])))
        .fetch(WeightFile.sha256("weights.h5", URI.create(args[0] + "weights.h5"), args[2]));
  }
}
