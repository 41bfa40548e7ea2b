package org.example.app;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.finetune.FineTunedModel;
import dev.finetune.datasets.Images;
import dev.finetune.evaluate.Prediction;
import dev.finetune.image.Pixels;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Executors;

/**
 * Serves a saved model over HTTP on this machine: an image is posted, its class comes back.
 *
 * <p>Arguments: the file of the model, and the port. Then: {@code curl --data-binary @photo.jpg
 * http://localhost:8080/}
 */
public final class ServeModel {

  private ServeModel() {}

  /** Starts the server, which runs until the process ends. */
  public static void main(String[] args) throws IOException {
    if (args.length != 2) {
      System.err.println("Usage: ServeModel MODEL.zip PORT");
      System.exit(2);
    }
    FineTunedModel model = FineTunedModel.load(Path.of(args[0]));
    System.out.println(
        "Listening on port " + serve(model, Integer.parseInt(args[1])).getAddress().getPort());
  }

  static HttpServer serve(FineTunedModel model, int port) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.setExecutor(Executors.newCachedThreadPool());
    server.createContext("/", exchange -> answer(model, exchange));
    server.start();
    return server;
  }

  private static void answer(FineTunedModel model, HttpExchange exchange) throws IOException {
    try (exchange) {
      int status = 200;
      String text;
      try {
        Pixels image = Images.read(exchange.getRequestBody(), "the posted image", model.colours());
        Prediction.Score best = model.classify(image).best();
        text = String.format(Locale.ROOT, "%s %.3f%n", best.className(), best.probability());
      } catch (IOException e) {
        status = 400;
        text = e.getMessage() + System.lineSeparator();
      }
      byte[] body = text.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    }
  }
}
