package org.example.tasks;

import static dev.finetune.head.HeadLayers.dense;
import static dev.finetune.train.Adam.adam;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.Lists;
import com.sun.net.httpserver.HttpServer;
import dev.finetune.FeatureExtractor;
import dev.finetune.FineTune;
import dev.finetune.FineTunedModel;
import dev.finetune.data.ImageDataset;
import dev.finetune.datasets.Images;
import dev.finetune.evaluate.Evaluation;
import dev.finetune.evaluate.Prediction;
import dev.finetune.image.Pixels;
import dev.finetune.train.TrainOptions;
import dev.finetune.weights.Tensor;
import java.io.IOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tasks with a trained model. */
@Tag("numeric")
class ServingTasksTest {

  private static final List<Photo> PHOTOS = Photo.photos(30, 2);
  private static FineTunedModel model;

  @TempDir Path temporary;

  @BeforeAll
  static void train() {
    model =
        FineTune.from(SmallBackbone.create())
            .freezeAll()
            .head(dense(16))
            .train(
                Photo.dataset(90, 1),
                Photo.dataset(60, 2),
                TrainOptions.defaults().epochs(15).optimizer(adam(1e-2)));
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @Test
  void service() throws IOException, InterruptedException {
    int port = 0;

    // Task: service
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            int status = 200;
            String answer;
            try {
              Pixels image = Images.read(exchange.getRequestBody(), "the posted image");
              answer = model.classify(image).best().className();
            } catch (IOException e) {
              status = 400;
              answer = "Not an image: " + e.getMessage();
            }
            byte[] body = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
          }
        });
    server.start();
    // End

    try {
      HttpResponse<String> answer = post(server, PHOTOS.get(1).png());
      HttpResponse<String> refusal = post(server, new byte[] {1, 2, 3});
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo("rose");
      assertThat(refusal.statusCode()).isEqualTo(400);
      assertThat(refusal.body()).contains("the posted image");
    } finally {
      server.stop(0);
    }
  }

  private static HttpResponse<String> post(HttpServer server, byte[] body)
      throws IOException, InterruptedException {
    URI address = URI.create("http://localhost:" + server.getAddress().getPort() + "/");
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(address)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void embeddings() {
    List<Pixels> library = PHOTOS.stream().map(Photo::image).toList();
    Pixels query = new Photo("query", 5, -1).image();

    // Task: embeddings
    int nearest = 0;
    try (FeatureExtractor extractor =
        FeatureExtractor.of(model.input(), model.graph(), model.weights(), "head/dense")) {
      float[] wanted = extractor.features(List.of(query)).values();
      Tensor all = extractor.features(library);
      double best = Double.POSITIVE_INFINITY;
      for (int i = 0; i < library.size(); i++) {
        double distance = 0;
        for (int j = 0; j < wanted.length; j++) {
          distance += Math.pow(wanted[j] - all.values()[i * wanted.length + j], 2);
        }
        if (distance < best) {
          best = distance;
          nearest = i;
        }
      }
    }
    // End

    assertThat(PHOTOS.get(nearest).species()).isEqualTo("tulip");
  }

  @Test
  void batch() throws IOException {
    Path folder = temporary.resolve("photos");
    Path csv = temporary.resolve("predictions.csv");
    Photo.write(PHOTOS, folder);

    // Task: batch
    List<Path> files;
    try (Stream<Path> found = Files.walk(folder)) {
      files = found.filter(Files::isRegularFile).sorted().toList();
    }
    try (Writer out = Files.newBufferedWriter(csv)) {
      out.write("file,class,probability\n");
      for (List<Path> part : Lists.partition(files, 256)) {
        List<Pixels> images = new ArrayList<>();
        for (Path file : part) {
          images.add(Images.read(file));
        }
        List<Prediction> predictions = model.classify(images);
        for (int i = 0; i < images.size(); i++) {
          Prediction.Score best = predictions.get(i).best();
          out.write(part.get(i) + "," + best.className() + "," + best.probability() + "\n");
        }
      }
    }
    // End

    List<String> lines = Files.readAllLines(csv);
    assertThat(lines).hasSize(31);
    assertThat(lines)
        .filteredOn(line -> line.contains("photo-2-12.png"))
        .singleElement()
        .asString()
        .contains(model.classify(PHOTOS.get(12).image()).best().className());
  }

  @Test
  void confusion_matrix() {
    ImageDataset test = Photo.dataset(60, 3);

    // Task: confusion matrix
    Evaluation evaluation = model.evaluate(test);
    StringBuilder table = new StringBuilder("truth \\ predicted");
    evaluation.classNames().forEach(name -> table.append('\t').append(name));
    for (int truth = 0; truth < evaluation.classNames().size(); truth++) {
      table.append('\n').append(evaluation.classNames().get(truth));
      for (int predicted = 0; predicted < evaluation.classNames().size(); predicted++) {
        table.append('\t').append(evaluation.confusion(truth, predicted));
      }
    }
    // End

    assertThat(table.toString().lines().map(line -> line.split("\t", -1)[0]))
        .containsExactly("truth \\ predicted", "daisy", "rose", "tulip");
    int right = 0;
    for (int i = 0; i < 3; i++) {
      right += evaluation.confusion(i, i);
      assertThat(
              evaluation.confusion(i, 0) + evaluation.confusion(i, 1) + evaluation.confusion(i, 2))
          .isEqualTo(20);
    }
    assertThat(right / 60.0).isEqualTo(evaluation.accuracy()).isGreaterThan(0.8);
  }
}
