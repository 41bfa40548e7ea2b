package dev.finetune.internal.onednn.windows.x86_64;

import dev.finetune.internal.natives.NativePlatform;

/** The natives for Windows on x86-64. */
public final class Natives implements NativePlatform {

  /** Creates the description; loads nothing. */
  public Natives() {}

  @Override
  public String platform() {
    return "windows-x86_64";
  }
}
