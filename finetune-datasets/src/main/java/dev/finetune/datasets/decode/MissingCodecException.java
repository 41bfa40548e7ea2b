package dev.finetune.datasets.decode;

import java.io.IOException;

/** Thrown if this system lacks what decodes a format. The file may be right. */
public final class MissingCodecException extends IOException {

  private static final long serialVersionUID = 1L;

  MissingCodecException(String message, Throwable cause) {
    super(message, cause);
  }
}
