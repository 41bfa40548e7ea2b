package org.example.tasks;

import dev.finetune.data.ImageDataset;
import dev.finetune.image.Pixels;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/**
 * A noisy image of 8 x 8 pixels with a bright row, and perhaps a bright column.
 *
 * @param key the name of the image
 * @param row the bright row, from 0 to 7
 * @param column the bright column, from 0 to 7; -1 for none
 */
record Photo(String key, int row, int column) {

  private static final int SIDE = 8;
  private static final List<String> SPECIES = List.of("daisy", "rose", "tulip");

  /** Returns photos of three species in turn. */
  static List<Photo> photos(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return IntStream.range(0, count)
        .mapToObj(
            i -> new Photo("photo-" + seed + "-" + i, 1 + i % 3 * 2, random.nextInt(-SIDE, SIDE)))
        .map(photo -> new Photo(photo.key, photo.row, Math.max(-1, photo.column)))
        .toList();
  }

  /** Returns a dataset of the species. */
  static ImageDataset dataset(int count, long seed) {
    return ImageDataset.of(photos(count, seed), Photo::species, Photo::key, Photo::image);
  }

  /** Writes the photos as PNG files. */
  static List<Path> write(List<Photo> photos, Path folder) throws IOException {
    List<Path> files = new ArrayList<>();
    for (Photo photo : photos) {
      Path file = folder.resolve(photo.key + ".png");
      Files.createDirectories(folder);
      files.add(Files.write(file, photo.png()));
    }
    return files;
  }

  String species() {
    return SPECIES.get(row / 2);
  }

  List<String> keywords() {
    return column < 0 ? List.of(species()) : List.of(species(), "fence");
  }

  Pixels image() {
    SplittableRandom random = new SplittableRandom(key.hashCode());
    float[] planes = new float[3 * SIDE * SIDE];
    for (int i = 0; i < planes.length; i++) {
      boolean bright = i / SIDE % SIDE == row || i % SIDE == column;
      planes[i] = random.nextInt(64) + (bright ? 190 : 0);
    }
    return Pixels.ofPlanes(SIDE, SIDE, planes);
  }

  byte[] png() throws IOException {
    Pixels pixels = image();
    BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        int colour = 0;
        for (int channel = 0; channel < 3; channel++) {
          colour = colour << 8 | (int) pixels.at(channel, y, x);
        }
        image.setRGB(x, y, colour);
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(image, "png", out);
    return out.toByteArray();
  }
}
