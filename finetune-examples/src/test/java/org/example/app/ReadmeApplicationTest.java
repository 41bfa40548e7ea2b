package org.example.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.finetune.FineTunedModel;
import dev.finetune.data.ImageDataset;
import dev.finetune.datasets.DrawnSigns;
import dev.finetune.examples.TestFiles;
import dev.finetune.zoo.Zoo;
import dev.finetune.zoo.architecture.Pooling;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's first application: train on a folder, save, load, serve. */
@Tag("numeric")
class ReadmeApplicationTest {

  private static final ImageDataset SIGNS = DrawnSigns.of(DrawnSigns.Task.SIGNS, 5, 48, 1);

  @TempDir Path folder;

  @Test
  void should_train_on_a_folder_and_serve_the_saved_model()
      throws IOException, InterruptedException {
    Path images = folder.resolve("images");
    for (int i = 0; i < SIGNS.size(); i++) {
      TestFiles.png(SIGNS.load(i), images.resolve(SIGNS.classNames().get(SIGNS.label(i))).resolve(i + ".png"));
    }
    Path file = folder.resolve("signs.zip");

    try (FineTunedModel model =
        TrainOnFolder.train(
            images, Zoo.squeezeNetImagenet().pooling(Pooling.AVG).randomWeights(1).inputSize(48))) {
      model.save(file);
    }

    try (FineTunedModel model = FineTunedModel.load(file)) {
      assertThat(model.classNames()).containsExactlyInAnyOrderElementsOf(SIGNS.classNames());
      HttpServer server = ServeModel.serve(model, 0);
      try {
        String expected = model.classify(SIGNS.load(7)).best().className();
        Path image = folder.resolve("posted.png");
        TestFiles.png(SIGNS.load(7), image);

        HttpResponse<String> answer = post(server, HttpRequest.BodyPublishers.ofFile(image));
        HttpResponse<String> refusal =
            post(server, HttpRequest.BodyPublishers.ofString("not an image"));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).startsWith(expected + " 0.");
        assertThat(refusal.statusCode()).isEqualTo(400);
        assertThat(refusal.body()).contains("the posted image");
      } finally {
        server.stop(0);
      }
    }
  }

  private static HttpResponse<String> post(HttpServer server, HttpRequest.BodyPublisher body)
      throws IOException, InterruptedException {
    URI address = URI.create("http://localhost:" + server.getAddress().getPort() + "/");
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(address).POST(body).build(),
            HttpResponse.BodyHandlers.ofString());
  }
}
