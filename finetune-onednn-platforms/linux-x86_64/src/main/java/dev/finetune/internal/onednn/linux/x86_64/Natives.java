package dev.finetune.internal.onednn.linux.x86_64;

import dev.finetune.internal.natives.NativePlatform;

/** The natives for Linux on x86-64. */
public final class Natives implements NativePlatform {

  /** Creates the description; loads nothing. */
  public Natives() {}

  @Override
  public String platform() {
    return "linux-x86_64";
  }
}
