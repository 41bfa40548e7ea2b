package dev.finetune.examples;

import dev.finetune.datasets.Images;
import dev.finetune.image.ColourRule;
import dev.finetune.image.Pixels;
import dev.finetune.zoo.Zoo;
import dev.finetune.zoo.ZooBackbone;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/**
 * The arguments of commands that apply a network to images: a saved model or a backbone, and the
 * image files.
 */
final class NetworkArguments {

  /** A network that an argument names. */
  sealed interface Network permits SavedModel, PublishedBackbone {}

  /** The file of a saved model. */
  record SavedModel(Path file) implements Network {}

  /** A backbone of the zoo. */
  record PublishedBackbone(ZooBackbone backbone) implements Network {}

  /** A name of the zoo is a backbone, and anything else a file. */
  static final class Converter implements ITypeConverter<Network> {
    @Override
    public Network convert(String text) {
      if (Zoo.names().contains(text)) {
        return new PublishedBackbone(Zoo.byName(text));
      }
      Path file = Converters.path(text);
      if (text.matches("[A-Za-z0-9_-]+") && !Files.exists(file)) {
        throw WrongCall.must(
            "be the file of a saved model or one of the backbones " + Zoo.names(), text);
      }
      return new SavedModel(file);
    }
  }

  @Parameters(
      index = "0",
      paramLabel = "MODEL-or-BACKBONE",
      converter = Converter.class,
      completionCandidates = Converters.BackboneNames.class,
      description =
          "The file of a saved model, or a backbone that zoo lists; ./NAME is a file that has the"
              + " name of a backbone.")
  private Network network;

  @Parameters(index = "1..*", arity = "1..*", paramLabel = "IMAGE", description = "Image files.")
  private List<Path> images;

  @Mixin WeightsOptions weights;
  @Mixin ComputeOptions compute;

  /** Returns the network. */
  Network network() {
    return network;
  }

  /** Returns the image files. */
  List<Path> images() {
    return images;
  }

  /** Checks that all images are files. */
  void requireImages() throws IOException {
    for (Path image : images) {
      PathChecks.file("IMAGE", "an image file", image);
    }
  }

  /** Decodes all images. */
  List<Pixels> readImages(ColourRule colours) throws IOException {
    List<Pixels> decoded = new ArrayList<>();
    for (Path image : images) {
      decoded.add(Images.read(image, colours));
    }
    return decoded;
  }

  /**
   * Checks that an option for backbones was not given with a saved model.
   *
   * @throws WrongCall if both were given
   */
  void requireBackbone(String option, boolean given) {
    if (given && network instanceof SavedModel model) {
      throw WrongCall.must("come with a backbone", "the saved model " + model.file()).of(option);
    }
  }
}
