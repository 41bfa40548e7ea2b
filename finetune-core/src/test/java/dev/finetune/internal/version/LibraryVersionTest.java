package dev.finetune.internal.version;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LibraryVersionTest {

  @Test
  void theBuildFillsTheVersionIn() {
    assertThat(LibraryVersion.get()).matches("\\d+\\.\\d+\\.\\d+(-.+)?");
  }
}
