package dev.finetune.examples;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.finetune.zoo.Zoo;
import dev.finetune.zoo.architecture.WeightSource;
import dev.finetune.zoo.download.DownloadOptions;
import dev.finetune.zoo.download.Downloader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Checks the hashes of downloaded weight files. */
@Command(
    name = "verify",
    description =
        "Check the hash of every downloaded weight file. The exit code is 1 if one is damaged.",
    footer = {
      "  " + Main.NAME + " zoo verify",
      "  " + Main.NAME + " zoo verify --download-cache /srv/weights"
    })
final class ZooVerifyCommand implements Callable<Integer> {

  @Mixin private DownloadOption download;
  @Mixin private Output output;

  @Override
  public Integer call() throws Exception {
    DownloadOptions downloads = download.options();
    Downloader downloader = new Downloader(downloads);
    List<String> damaged = new ArrayList<>();
    int verified = 0;
    for (String name : Zoo.names()) {
      for (WeightSource source : Zoo.byName(name).architecture().sources()) {
        Downloader.State state = downloader.state(source.file());
        Path place = downloader.place(source.file());
        if (state == Downloader.State.VERIFIED) {
          verified++;
          output.text("good     " + place);
        } else if (state == Downloader.State.DAMAGED) {
          damaged.add(place.toString());
          output.text("damaged  " + place + "  (delete it; it is downloaded again when needed)");
        }
      }
    }
    output.text(verified + " good, " + damaged.size() + " damaged in " + downloads.cache());
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("verified", verified);
    damaged.forEach(json.putArray("damaged")::add);
    output.result(json);
    return damaged.isEmpty() ? 0 : 1;
  }
}
