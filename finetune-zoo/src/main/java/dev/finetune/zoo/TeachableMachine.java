package dev.finetune.zoo;

import dev.finetune.ImageClassifier;
import dev.finetune.annotation.Experimental;
import dev.finetune.data.UnreadableFileException;
import dev.finetune.engine.EngineOptions;
import dev.finetune.image.InputSpec;
import dev.finetune.image.Preprocessing;
import dev.finetune.weights.Weights;
import dev.finetune.weights.WeightsException;
import dev.finetune.zoo.architecture.Dialect;
import dev.finetune.zoo.architecture.Form;
import dev.finetune.zoo.architecture.Top;
import dev.finetune.zoo.weights.WeightReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A reader of image projects that Teachable Machine exported as a Keras model: {@code
 * keras_model.h5} and {@code labels.txt}.
 *
 * <pre>{@code
 * try (ImageClassifier classifier =
 *     TeachableMachine.classifier(Path.of("keras_model.h5"), Path.of("labels.txt"))) {
 *   classifier.classify(image);
 * }
 * }</pre>
 *
 * <p>To train on with the backbone of such a file, use {@code
 * Zoo.mobileNetV2Imagenet().weights(Path.of("keras_model.h5"))}.
 */
@Experimental
public final class TeachableMachine {

  /** A line of labels.txt: the number of the class and its name. */
  private static final Pattern LABEL = Pattern.compile("\\s*(\\d{1,6})\\s+(\\S.*?)\\s*");

  private static final long MOST_LABEL_BYTES = 1 << 20;
  private static final int SHOWN = 3;

  private TeachableMachine() {}

  /**
   * Returns the classifier of a project, computed with the default options.
   *
   * @param model {@code keras_model.h5}
   * @param labels {@code labels.txt}
   * @return the classifier
   * @throws UncheckedIOException as {@link #classifier(Path, Path, EngineOptions)} throws it
   * @throws IllegalArgumentException if two classes have the same name
   */
  public static ImageClassifier classifier(Path model, Path labels) {
    return classifier(model, labels, EngineOptions.defaults());
  }

  /**
   * Returns the classifier of a project.
   *
   * <p>Teachable Machine cuts the centre square out of an image, resizes it to 224 x 224 pixels and
   * converts values with x / 127.5 - 1. The classifier converts in the same way, but resizes the
   * whole image, without keeping its aspect: cut a wide image to its centre square before.
   *
   * @param model {@code keras_model.h5}
   * @param labels {@code labels.txt}, with lines such as {@code 0 cat}
   * @param engine how the network is computed
   * @return the classifier
   * @throws UncheckedIOException if a file cannot be read; its cause is an {@link
   *     UnreadableFileException} if the model has other layers than Teachable Machine's, or {@code
   *     labels.txt} other lines
   * @throws IllegalArgumentException if two classes have the same name
   */
  public static ImageClassifier classifier(Path model, Path labels, EngineOptions engine) {
    try {
      List<String> names = names(labels);
      TeachableNetwork network = new TeachableNetwork(names.size());
      Form form = Form.square(TeachableNetwork.SIZE, Dialect.KERAS, Top.LOGITS);
      return ImageClassifier.of(
          new InputSpec(form.height(), form.width(), Preprocessing.TF),
          names,
          network.define(form).graph(),
          weights(model, labels, network, form),
          engine);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Weights weights(Path model, Path labels, TeachableNetwork network, Form form)
      throws IOException {
    try {
      return WeightReader.read(model, network, form);
    } catch (WeightsException e) {
      List<String> problems = e.problems();
      String shown = String.join("; ", problems.subList(0, Math.min(SHOWN, problems.size())));
      boolean otherClasses =
          problems.size() == 1 && shown.startsWith("shape: " + TeachableNetwork.LAST + "/");
      throw new UnreadableFileException(
          model.toString(),
          "",
          otherClasses
              ? String.format(
                  "the model must have as many classes as %s, %d, got another number: %s",
                  labels, network.classes(), shown)
              : "the layers must be those of an image project of Teachable Machine, MobileNetV2"
                  + " with a width of 0.35 and two dense layers, got "
                  + problems.size()
                  + (problems.size() == 1 ? " difference: " : " differences: ")
                  + shown,
          e);
    }
  }

  private static List<String> names(Path labels) throws IOException {
    if (Files.size(labels) > MOST_LABEL_BYTES) {
      throw new UnreadableFileException(
          labels.toString(),
          "",
          "labels must have at most " + MOST_LABEL_BYTES + " bytes, got " + Files.size(labels));
    }
    List<String> names = new ArrayList<>();
    for (String line : lines(labels)) {
      if (line.isBlank()) {
        continue;
      }
      Matcher label = LABEL.matcher(line);
      if (!label.matches() || Integer.parseInt(label.group(1)) != names.size()) {
        throw new UnreadableFileException(
            labels.toString(),
            "",
            String.format(
                "label %d must be \"%d NAME\", got \"%s\"", names.size() + 1, names.size(), line));
      }
      names.add(label.group(2));
    }
    if (names.size() < 2) {
      throw new UnreadableFileException(
          labels.toString(), "", "there must be at least 2 labels, got " + names.size());
    }
    return names;
  }

  private static List<String> lines(Path labels) throws IOException {
    try {
      String text = Files.readString(labels);
      return (text.startsWith("\ufeff") ? text.substring(1) : text).lines().toList();
    } catch (CharacterCodingException e) {
      throw new UnreadableFileException(labels.toString(), "", "labels must be UTF-8", e);
    }
  }
}
