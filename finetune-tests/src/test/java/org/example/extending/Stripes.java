package org.example.extending;

import dev.finetune.data.ImageDataset;
import dev.finetune.image.Pixels;
import java.util.List;

/** A dataset of images that are not in files: horizontal and vertical stripes. */
record Stripes(int size, int side) implements ImageDataset {

  @Override
  public List<String> classNames() {
    return List.of("lying", "standing");
  }

  @Override
  public int label(int index) {
    return index % 2;
  }

  @Override
  public String name(int index) {
    return "stripes " + index;
  }

  @Override
  public Pixels load(int index) {
    float[] planes = new float[3 * side * side];
    for (int i = 0; i < planes.length; i++) {
      int place = label(index) == 0 ? i / side % side : i % side;
      planes[i] = (place + index / 2) % 4 < 2 ? 255 : 0;
    }
    return Pixels.ofPlanes(side, side, planes);
  }
}
